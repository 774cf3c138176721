package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"gitops-workbench/golib/wire"
)

// registered parameter sets stay decoded between calls, so that a keystroke in a template does not send ten thousand of them again.
var registered = map[int]map[string]any{}

type paramsPutArgs struct {
	ids    []int
	params []map[string]any
	types  map[string]string
}

// paramsPut keeps each set under the id at its position.
func paramsPut(raw json.RawMessage, _ wire.Step) (any, error) {
	args := paramsPutArgs{}
	input := newReader(raw)
	err := input.fields(func(key string) (err error) {
		switch key {
		case "ids":
			args.ids, err = input.ints()
		case "params":
			args.params, err = input.objects()
		case "types":
			err = input.into(&args.types)
		default:
			err = unknownArgument(key)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(args.ids) != len(args.params) {
		return nil, fmt.Errorf("%d ids for %d parameter sets", len(args.ids), len(args.params))
	}
	applyTypes(args.params, args.types)
	for i, id := range args.ids {
		registered[id] = args.params[i]
	}
	return len(registered), nil
}

// paramsClear forgets every registered set.
func paramsClear(json.RawMessage, wire.Step) (any, error) {
	clear(registered)
	return 0, nil
}

func unknownArgument(key string) error { return fmt.Errorf("there is no argument named %q", key) }

func paramsOf(args templatesArgs) ([]map[string]any, error) {
	if args.ParamIDs == nil {
		applyTypes(args.Params, args.Types)
		return args.Params, nil
	}
	params := make([]map[string]any, len(args.ParamIDs))
	for i, id := range args.ParamIDs {
		set, ok := registered[id]
		if !ok {
			return nil, fmt.Errorf("no parameter set is registered as %d", id)
		}
		params[i] = set
	}
	return params, nil
}

// applyTypes gives values the Go type that they have in Argo CD where that is not what JSON decodes to: `metadata.labels` and `values`
// are map[string]string, `path.segments` is []string. A template can tell: `hasKey .metadata.labels "x"` fails, and
// missingkey=zero prints nothing instead of <no value>. `types` is from JSON pointer to Go type.
func applyTypes(params []map[string]any, types map[string]string) {
	for pointer, kind := range types {
		path := segments(pointer)
		for _, set := range params {
			applyType(set, path, kind)
		}
	}
}

func segments(pointer string) []string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
	}
	return parts
}

func applyType(at map[string]any, path []string, kind string) {
	for len(path) > 1 {
		next, ok := at[path[0]].(map[string]any)
		if !ok {
			return
		}
		at, path = next, path[1:]
	}
	if value, ok := at[path[0]]; ok {
		at[path[0]] = retyped(value, kind)
	}
}

// retyped returns the value unchanged where it does not fit the type.
func retyped(value any, kind string) any {
	switch plain := value.(type) {
	case map[string]any:
		if kind == "map[string]string" {
			if strings, ok := mapOf[string](plain); ok {
				return strings
			}
		}
	case []any:
		switch kind {
		case "[]string":
			if strings, ok := listOf[string](plain); ok {
				return strings
			}
		case "[]map[string]any":
			if maps, ok := listOf[map[string]any](plain); ok {
				return maps
			}
		}
	}
	return value
}

func mapOf[T any](from map[string]any) (map[string]T, bool) {
	to := make(map[string]T, len(from))
	for key, value := range from {
		item, ok := value.(T)
		if !ok {
			return nil, false
		}
		to[key] = item
	}
	return to, true
}

func listOf[T any](from []any) ([]T, bool) {
	to := make([]T, 0, len(from))
	for _, value := range from {
		item, ok := value.(T)
		if !ok {
			return nil, false
		}
		to = append(to, item)
	}
	return to, true
}

func deepCopy(value any) any {
	switch it := value.(type) {
	case map[string]any:
		to := make(map[string]any, len(it))
		for key, item := range it {
			to[key] = deepCopy(item)
		}
		return to
	case map[string]string:
		to := make(map[string]string, len(it))
		for key, item := range it {
			to[key] = item
		}
		return to
	case []any:
		to := make([]any, len(it))
		for i, item := range it {
			to[i] = deepCopy(item)
		}
		return to
	case []map[string]any:
		to := make([]map[string]any, len(it))
		for i, item := range it {
			to[i] = deepCopy(item).(map[string]any)
		}
		return to
	default:
		return value
	}
}
