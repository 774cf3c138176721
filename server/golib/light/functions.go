package main

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"github.com/gosimple/slug"
	"sigs.k8s.io/yaml"

	"gitops-workbench/golib/wire"
)

// builtins are the functions that text/template itself has; the package offers no list of them.
var builtins = []string{
	"and", "call", "eq", "ge", "gt", "html", "index", "js", "le", "len", "lt", "ne", "not", "or",
	"print", "printf", "println", "slice", "urlquery",
}

// argoFunctions is the function map of ApplicationSet templates (argo-cd:applicationset/utils/utils.go).
var argoFunctions = func() template.FuncMap {
	functions := sprig.GenericFuncMap()
	for _, name := range []string{"env", "expandenv", "getHostByName"} {
		delete(functions, name)
	}
	withNativeInts(functions)
	functions["normalize"] = normalize
	functions["slugify"] = slugify
	functions["toYaml"] = toYAML
	functions["fromYaml"] = func(text string) (map[string]any, error) { return fromYAML(text, map[string]any{}) }
	functions["fromYamlArray"] = func(text string) ([]any, error) { return fromYAML(text, []any{}) }
	return functions
}()

// functions names everything that a template may call, sorted.
func functions(json.RawMessage, wire.Step) (any, error) {
	names := slices.Clone(builtins)
	for name := range argoFunctions {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

var notInName = regexp.MustCompile("[^-a-z0-9.]")

// normalize makes a DNS name of any text; the cut is by bytes, as upstream's.
func normalize(name string) string {
	safe := notInName.ReplaceAllString(strings.ToLower(name), "-")
	return strings.Trim(safe[:min(len(safe), 253)], "-.")
}

// slugify takes ([longest = 50,] [cut at word ends = true,] name). Wrong types panic, which text/template words as the call's error.
func slugify(args ...any) string {
	name, longest, smart := "", 50, true
	for position, arg := range args {
		switch {
		case position == len(args)-1:
			name = arg.(string)
		case position == 0:
			longest = arg.(int)
		case position == 1:
			smart = arg.(bool)
		}
	}
	return makeSlug(normalize(name), longest, smart)
}

// makeSlug sets the library's options, which are package globals, right before it uses them.
func makeSlug(text string, longest int, smart bool) string {
	slug.MaxLength, slug.EnableSmartTruncate = longest, smart
	return slug.Make(text)
}

func toYAML(value any) (string, error) {
	text, err := yaml.Marshal(value)
	return strings.TrimSuffix(string(text), "\n"), err
}

func fromYAML[T any](text string, into T) (T, error) {
	var none T
	if err := yaml.Unmarshal([]byte(text), &into); err != nil {
		return none, err
	}
	return into, nil
}
