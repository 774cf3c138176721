package main

import (
	"errors"

	"github.com/itchyny/gojq"
)

type jqArgs struct {
	Query string `json:"query"`
	Input any    `json:"input"`
}

// jq answers {"values": [...]}, or a failure (stage parse, compile or execute) with the values before it lost, as Argo CD loses them.
func jq(args jqArgs) any {
	query, err := gojq.Parse(args.Query)
	if err != nil {
		return jqSyntax(args.Query, err)
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return failure{Error: err.Error(), Stage: "compile"}
	}
	values := []any{}
	for results := code.Run(args.Input); ; {
		value, ok := results.Next()
		if !ok {
			return map[string]any{"values": values}
		}
		if err, isError := value.(error); isError {
			var halt *gojq.HaltError
			if errors.As(err, &halt) && halt.Value() == nil {
				return map[string]any{"values": values}
			}
			return failure{Error: err.Error(), Stage: "execute"}
		}
		values = append(values, value)
	}
}

func jqSyntax(query string, err error) failure {
	syntax := &gojq.ParseError{}
	if !errors.As(err, &syntax) {
		return failure{Error: err.Error(), Stage: "parse"}
	}
	// The library's offset stands behind the token that it could not use.
	end := min(max(0, syntax.Offset), len(query))
	start := max(0, end-len(syntax.Token))
	from, to := utf16Length(query[:start]), utf16Length(query[:end])
	return failure{Error: err.Error(), Stage: "parse", Start: &from, End: &to}
}

func utf16Length(text string) int { return utf16Offset(text, len(text)) }
