package main

import (
	"encoding/json"
	"regexp"

	"sigs.k8s.io/yaml"
)

type slugArgs struct {
	Texts []string `json:"texts"`
	// Longest 0 means no limit if Smart, and nothing at all if not: the library's own rule.
	Longest int  `json:"longest"`
	Smart   bool `json:"smart"`
}

// slugs is gosimple/slug alone; templates call `slugify`, which normalizes first.
func slugs(args slugArgs) any {
	out := make([]string, len(args.Texts))
	for i, text := range args.Texts {
		out[i] = makeSlug(text, args.Longest, args.Smart)
	}
	return out
}

type yamlArgs struct {
	Texts []string `json:"texts"`
	// Strict refuses duplicate keys.
	Strict bool `json:"strict"`
}

// yamlToJSON answers, for each text, {"value": …} or a failure.
func yamlToJSON(args yamlArgs) any {
	convert := yaml.YAMLToJSON
	if args.Strict {
		convert = yaml.YAMLToJSONStrict
	}
	out := make([]any, len(args.Texts))
	for i, text := range args.Texts {
		if value, err := convert([]byte(text)); err != nil {
			out[i] = failure{Error: err.Error(), Stage: "parse"}
		} else {
			out[i] = map[string]any{"value": json.RawMessage(value)}
		}
	}
	return out
}

type regexpArgs struct {
	Pattern string   `json:"pattern"`
	Texts   []string `json:"texts"`
}

// regularExpression answers {"matches": [bool, …]}, unanchored, or a failure where the pattern is not RE2.
func regularExpression(args regexpArgs) any {
	pattern, err := regexp.Compile(args.Pattern)
	if err != nil {
		return failure{Error: err.Error(), Stage: "parse"}
	}
	matches := make([]bool, len(args.Texts))
	for i, text := range args.Texts {
		matches[i] = pattern.MatchString(text)
	}
	return map[string]any{"matches": matches}
}
