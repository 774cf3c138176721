package main

import (
	"fmt"
	"path"

	"github.com/google/go-jsonnet"
)

type jsonnetArgs struct {
	// Files by absolute path.
	Files   files             `json:"files"`
	Path    string            `json:"path"`
	TLAs    []jsonnetVariable `json:"tlas"`
	ExtVars []jsonnetVariable `json:"extVars"`
	// Libs are folders that imports are looked for in, after the folder of the file that imports.
	Libs []string `json:"libs"`
}

type jsonnetVariable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Code  bool   `json:"code"`
}

type jsonnetValue struct {
	Value string `json:"value"`
}

// jsonnetEvaluate answers the JSON text that the file evaluates to (argo-cd:reposerver/repository/repository.go, makeJsonnetVM).
func jsonnetEvaluate(args jsonnetArgs) any {
	vm := jsonnet.MakeVM()
	for _, it := range args.TLAs {
		if it.Code {
			vm.TLACode(it.Name, it.Value)
		} else {
			vm.TLAVar(it.Name, it.Value)
		}
	}
	for _, it := range args.ExtVars {
		if it.Code {
			vm.ExtCode(it.Name, it.Value)
		} else {
			vm.ExtVar(it.Name, it.Value)
		}
	}
	vm.Importer(&importer{files: args.Files, libs: args.Libs, found: map[string]jsonnet.Contents{}})
	text, err := vm.EvaluateFile(args.Path)
	if err != nil {
		return failure{Error: err.Error()}
	}
	return jsonnetValue{Value: text}
}

// importer finds imports as jsonnet.FileImporter does: beside the importing file, then in the libraries, the last of them first.
type importer struct {
	files files
	libs  []string
	found map[string]jsonnet.Contents
}

func (i *importer) Import(from, imported string) (jsonnet.Contents, string, error) {
	candidates := []string{imported}
	if !path.IsAbs(imported) {
		candidates = []string{path.Join(path.Dir(from), imported)}
		for at := len(i.libs) - 1; at >= 0; at-- {
			candidates = append(candidates, path.Join(i.libs[at], imported))
		}
	}
	for _, candidate := range candidates {
		// The same contents object each time: Jsonnet compares identities.
		if contents, known := i.found[candidate]; known {
			return contents, candidate, nil
		}
		if content, exists := i.files[candidate]; exists {
			contents := jsonnet.MakeContentsRaw(content)
			i.found[candidate] = contents
			return contents, candidate, nil
		}
	}
	return jsonnet.Contents{}, "", fmt.Errorf("couldn't open import %#v: no match locally or in the Jsonnet library paths", imported)
}
