package main

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unicode/utf16"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/file"
)

type exprArgs struct {
	// Mode is "compile" or "evaluate".
	Mode       string `json:"mode"`
	Expression string `json:"expression"`
	// Result is what the condition sees as `result` (argo-rollouts:utils/evaluate/evaluate.go).
	Result any `json:"result"`
	// Variables are further names, for expressions that are not analysis conditions.
	Variables map[string]any `json:"variables"`
}

// expression answers {"value": …} or a failure of the stage compile or execute. A condition must give a bool; that is the caller's rule.
func expression(args exprArgs) any {
	environment := rolloutsEnvironment(args.Result)
	for name, value := range args.Variables {
		environment[name] = value
	}
	program, err := expr.Compile(args.Expression, expr.Env(environment))
	if err != nil {
		return exprFailure(args.Expression, "compile", err)
	}
	if args.Mode == "compile" {
		return map[string]any{"value": true}
	}
	value, err := expr.Run(program, environment)
	if err != nil {
		return exprFailure(args.Expression, "execute", err)
	}
	return map[string]any{"value": encodable(value), "type": fmt.Sprintf("%T", value)}
}

func exprFailure(text, stage string, err error) failure {
	located := &file.Error{}
	if !errors.As(err, &located) {
		return failure{Error: err.Error(), Stage: stage}
	}
	start, end := utf16Offset(text, located.From), utf16Offset(text, max(located.From, located.To))
	return failure{Error: located.Message, Stage: stage, Start: &start, End: &end}
}

// utf16Offset turns a count of runes into one of UTF-16 units.
func utf16Offset(text string, runes int) int {
	units := 0
	for _, r := range text {
		if runes--; runes < 0 {
			break
		}
		units += max(1, utf16.RuneLen(r))
	}
	return units
}

// encodable keeps an answer from failing where JSON has no word for it.
func encodable(value any) any {
	if number, ok := value.(float64); ok && (math.IsNaN(number) || math.IsInf(number, 0)) {
		return fmt.Sprint(number)
	}
	return value
}

func rolloutsEnvironment(result any) map[string]any {
	return map[string]any{
		"result":  result,
		"asInt":   asInt,
		"asFloat": asFloat,
		"isNaN":   math.IsNaN,
		"isInf":   func(number float64) bool { return math.IsInf(number, 0) },
		// Both look at the result whatever they are given; that is upstream's behaviour.
		"isNil": func(any) bool { return isNil(result) },
		"default": func(_, otherwise any) any {
			if isNil(result) {
				return otherwise
			}
			return result
		},
	}
}

func isNil(value any) bool {
	if value == nil {
		return true
	}
	switch it := reflect.ValueOf(value); it.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Chan:
		return it.IsNil()
	default:
		return false
	}
}

func asInt(value any) int64 {
	if text, ok := value.(string); ok {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			panic(err)
		}
		return number
	}
	switch it := reflect.ValueOf(value); {
	case it.IsValid() && it.CanInt():
		return it.Int()
	case it.IsValid() && it.CanUint():
		return int64(it.Uint())
	case it.IsValid() && it.CanFloat():
		return nativeInt(it.Float())
	}
	panic(fmt.Sprintf("asInt() not supported on %v %v", reflect.TypeOf(value), value))
}

func asFloat(value any) float64 {
	if text, ok := value.(string); ok {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil {
			panic(err)
		}
		return number
	}
	switch it := reflect.ValueOf(value); {
	case it.IsValid() && it.CanInt():
		return float64(it.Int())
	case it.IsValid() && it.CanUint():
		return float64(it.Uint())
	case it.IsValid() && it.CanFloat():
		return it.Float()
	}
	panic(fmt.Sprintf("asFloat() not supported on %v %v", reflect.TypeOf(value), value))
}
