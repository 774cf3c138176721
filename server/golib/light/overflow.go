package main

import (
	"math"
	"reflect"
	"text/template"
)

// wholeNumbers are sprig's functions that make an int64 of any number. Go leaves it to the processor what becomes of a float that does
// not fit: amd64, where Argo CD usually runs, gives the smallest int64, WebAssembly the largest. JSON numbers are floats, so `int` of
// a huge one would print something else here than in the cluster.
var wholeNumbers = []string{"int", "int64", "add", "add1", "sub", "mul", "div", "mod", "max", "min", "biggest"}

func overflowAsOnAmd64(functions template.FuncMap) {
	for _, name := range wholeNumbers {
		original := reflect.ValueOf(functions[name])
		if original.Kind() != reflect.Func {
			continue
		}
		wrapped := reflect.MakeFunc(original.Type(), func(args []reflect.Value) []reflect.Value {
			for i := range args {
				args[i] = fitting(args[i])
			}
			if original.Type().IsVariadic() {
				return original.CallSlice(args)
			}
			return original.Call(args)
		})
		functions[name] = wrapped.Interface()
	}
}

func fitting(arg reflect.Value) reflect.Value {
	switch arg.Kind() {
	case reflect.Slice:
		copied := reflect.MakeSlice(arg.Type(), arg.Len(), arg.Len())
		for i := range arg.Len() {
			copied.Index(i).Set(fitting(arg.Index(i)))
		}
		return copied
	case reflect.Interface:
		if number, isFloat := arg.Interface().(float64); isFloat && !(number < math.MaxInt64) {
			smallest := reflect.New(arg.Type()).Elem()
			smallest.Set(reflect.ValueOf(int64(math.MinInt64)))
			return smallest
		}
	}
	return arg
}
