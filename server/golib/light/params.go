package main

import (
	"encoding/json"
	"fmt"

	"gitops-workbench/golib/wire"
)

// registered parameter sets stay decoded between calls, so that a keystroke in a template does not send ten thousand of them again.
var registered = map[string][]map[string]any{}

type paramsPutArgs struct {
	ID     string           `json:"id"`
	Params []map[string]any `json:"params"`
	Typed  []typedPath      `json:"typed"`
}

func paramsPut(raw json.RawMessage, _ wire.Step) (any, error) {
	args := paramsPutArgs{}
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	applyTypes(args.Params, args.Typed)
	registered[args.ID] = args.Params
	return len(args.Params), nil
}

func paramsDrop(raw json.RawMessage, _ wire.Step) (any, error) {
	args := struct {
		ID string `json:"id"`
	}{}
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	delete(registered, args.ID)
	return nil, nil
}

func paramsOf(args templatesArgs) ([]map[string]any, error) {
	if args.ParamsID == "" {
		applyTypes(args.Params, args.Typed)
		return args.Params, nil
	}
	params, ok := registered[args.ParamsID]
	if !ok {
		return nil, fmt.Errorf("no parameter sets are registered as %q", args.ParamsID)
	}
	return params, nil
}

// typedPath names a value that is not plain JSON in Argo CD: `metadata.labels` and `values` are map[string]string, `path.segments`
// is []string. A template can tell: `hasKey .metadata.labels "x"` fails, and missingkey=zero prints nothing instead of <no value>.
type typedPath struct {
	Path []string `json:"path"`
	// Type is stringMap, stringList or mapList.
	Type string `json:"type"`
}

func applyTypes(params []map[string]any, typed []typedPath) {
	for _, it := range typed {
		for _, set := range params {
			applyType(set, it.Path, it.Type)
		}
	}
}

func applyType(at map[string]any, path []string, kind string) {
	for len(path) > 1 {
		next, ok := at[path[0]].(map[string]any)
		if !ok {
			return
		}
		at, path = next, path[1:]
	}
	if len(path) == 1 {
		if value, ok := at[path[0]]; ok {
			at[path[0]] = retyped(value, kind)
		}
	}
}

// retyped returns the value unchanged where it does not fit the type.
func retyped(value any, kind string) any {
	switch plain := value.(type) {
	case map[string]any:
		if kind == "stringMap" {
			if strings, ok := mapOf[string](plain); ok {
				return strings
			}
		}
	case []any:
		switch kind {
		case "stringList":
			if strings, ok := listOf[string](plain); ok {
				return strings
			}
		case "mapList":
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
