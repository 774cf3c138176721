package main

import (
	"math"
	"text/template"
)

// nativeInt converts a float as the amd64 processors do that Argo CD runs on: whatever does not fit becomes the smallest integer.
// WebAssembly takes the nearest instead. Go leaves it open, so neither is wrong, but a preview must show the controller's answer.
func nativeInt(number float64) int64 {
	if math.IsNaN(number) || number >= math.MaxInt64 || number < math.MinInt64 {
		return math.MinInt64
	}
	return int64(number)
}

// withNativeInts wraps sprig's integer functions, which convert their arguments by themselves.
func withNativeInts(functions template.FuncMap) {
	for name, function := range functions {
		switch name {
		case "int", "int64", "add", "add1", "sub", "div", "mod", "mul", "max", "biggest", "min":
			functions[name] = wrapped(function)
		}
	}
}

func wrapped(function any) any {
	switch call := function.(type) {
	case func(any) int:
		return func(a any) int { return call(fitting(a)) }
	case func(any) int64:
		return func(a any) int64 { return call(fitting(a)) }
	case func(any, any) int64:
		return func(a, b any) int64 { return call(fitting(a), fitting(b)) }
	case func(...any) int64:
		return func(all ...any) int64 { return call(fittingAll(all)...) }
	case func(any, ...any) int64:
		return func(a any, rest ...any) int64 { return call(fitting(a), fittingAll(rest)...) }
	default:
		return function
	}
}

func fitting(value any) any {
	if number, isFloat := value.(float64); isFloat && float64(nativeInt(number)) != math.Trunc(number) {
		return int64(math.MinInt64)
	}
	return value
}

func fittingAll(values []any) []any {
	fit := make([]any, len(values))
	for i, value := range values {
		fit[i] = fitting(value)
	}
	return fit
}
