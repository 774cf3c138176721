// Prints what Go knows of the kinds that Kubernetes has built in, as JSON: the fields of their types with the words of their tags, and the
// schema by which server-side apply merges them. Argo CD compares objects by exactly these types (argo-cd:gitops-engine/pkg/diff/diff.go).
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// Fields are arrays to keep the file small: name, type, "omitempty" | "omitzero" | "", patch strategies, patch merge key.
type table struct {
	// `apps/v1/Deployment` → index into Types.
	Kinds map[string]int `json:"kinds"`
	// By index; a type's name is its package and name: `k8s.io/api/apps/v1.Deployment`.
	Names []string     `json:"names"`
	Types [][][]string `json:"types"`
	// Types of structured merge by name, as client-go declares them.
	Merge map[string]any `json:"merge"`
}

type collector struct {
	table
	known map[reflect.Type]int
}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: %s <folder of the client-go module>", os.Args[0]))
	}
	c := &collector{known: map[reflect.Type]int{}}
	c.Kinds = map[string]int{}
	all := scheme.Scheme.AllKnownTypes()
	names := []string{}
	byName := map[string]reflect.Type{}
	for gvk, t := range all {
		if gvk.Version == runtime.APIVersionInternal || !strings.HasPrefix(t.PkgPath(), "k8s.io/api/") || strings.HasSuffix(gvk.Kind, "List") || strings.HasSuffix(gvk.Kind, "Options") {
			continue
		}
		name := strings.TrimPrefix(gvk.Group+"/"+gvk.Version+"/"+gvk.Kind, "/")
		names = append(names, name)
		byName[name] = t
	}
	sort.Strings(names)
	for _, name := range names {
		c.Kinds[name] = c.structure(byName[name])
	}
	c.Merge = mergeTypes(os.Args[1])
	if err := json.NewEncoder(os.Stdout).Encode(c.table); err != nil {
		fail(err)
	}
}

func (c *collector) structure(t reflect.Type) int {
	if index, ok := c.known[t]; ok {
		return index
	}
	index := len(c.Types)
	c.known[t] = index
	c.Names = append(c.Names, t.PkgPath()+"."+t.Name())
	c.Types = append(c.Types, nil)
	c.Types[index] = c.fields(t)
	return index
}

// Embedded structs without a name of their own give their fields to the struct that holds them, as encoding/json has it.
func (c *collector) fields(t reflect.Type) [][]string {
	fields := [][]string{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		if field.Anonymous && name == "" {
			fields = append(fields, c.fields(field.Type)...)
			continue
		}
		if name == "" {
			name = field.Name
		}
		omit := ""
		for _, option := range strings.Split(options, ",") {
			if option == "omitempty" || option == "omitzero" {
				omit = strings.Trim(omit+" "+option, " ")
			}
		}
		row := []string{name, c.name(field.Type), omit, field.Tag.Get("patchStrategy"), field.Tag.Get("patchMergeKey")}
		for len(row) > 2 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		fields = append(fields, row)
	}
	return fields
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// A type as text: `*` a pointer, `[` a list, `{` a map with texts for keys, `#12` a struct, `!Quantity` one that reads itself.
func (c *collector) name(t reflect.Type) string {
	if t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(unmarshaler) {
		return "!" + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + c.name(t.Elem())
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[" + c.name(t.Elem())
	case reflect.Map:
		return "{" + c.name(t.Elem())
	case reflect.Struct:
		return fmt.Sprintf("#%d", c.structure(t))
	default:
		return t.Kind().String()
	}
}

// The schema stands as YAML in a text of a generated file of client-go, in a package that cannot be imported.
func mergeTypes(clientGo string) map[string]any {
	source, err := os.ReadFile(filepath.Join(clientGo, "applyconfigurations", "internal", "internal.go"))
	if err != nil {
		fail(err)
	}
	_, rest, _ := strings.Cut(string(source), "typed.YAMLObject(`")
	text, _, found := strings.Cut(rest, "`)")
	if !found {
		fail(fmt.Errorf("client-go declares its merge schema in another way than expected"))
	}
	var schema struct {
		Types []map[string]any `json:"types"`
	}
	if err := yaml.Unmarshal([]byte(text), &schema); err != nil {
		fail(err)
	}
	types := map[string]any{}
	for _, it := range schema.Types {
		name, _ := it["name"].(string)
		delete(it, "name")
		types[name] = it
	}
	return types
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
