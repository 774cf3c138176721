package main

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/argoproj/argo-cd/v3/resource_customizations"
	"github.com/bmatcuk/doublestar/v4"
)

type luaScriptArgs struct {
	Group string `json:"group"`
	Kind  string `json:"kind"`
	// File below the kind's folder: health.lua (default), actions/discovery.lua, actions/<name>/action.lua.
	File string `json:"file"`
}

// luaScript answers {"script", "path"} of the script bundled with Argo CD, or {} where there is none. Only health scripts have
// folders with wildcards, `_` standing for `*`; the first in sorted order wins (argo-cd:util/lua/lua.go).
func luaScript(args luaScriptArgs) any {
	key := strings.TrimPrefix(args.Group+"/"+args.Kind, "/")
	file := args.File
	if file == "" {
		file = "health.lua"
	}
	if found := readScript(path.Join(key, file)); found != nil {
		return found
	}
	if file == "health.lua" {
		for _, folder := range wildcardFolders() {
			if doublestar.PathMatchUnvalidated(strings.ReplaceAll(folder, "_", "*"), key) {
				return readScript(path.Join(folder, file))
			}
		}
	}
	return map[string]any{}
}

func readScript(file string) map[string]any {
	text, err := resource_customizations.Embedded.ReadFile(file)
	if err != nil {
		return nil
	}
	return map[string]any{"script": string(text), "path": file}
}

var wildcardFolders = sync.OnceValue(func() []string {
	folders := []string{}
	// The walk of an embedded tree cannot fail.
	_ = fs.WalkDir(resource_customizations.Embedded, ".", func(file string, _ fs.DirEntry, err error) error {
		if err == nil && path.Base(file) == "health.lua" && strings.Contains(path.Dir(file), "_") {
			folders = append(folders, path.Dir(file))
		}
		return err
	})
	slices.Sort(folders)
	return folders
})
