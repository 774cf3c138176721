package main

import (
	"path"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/gobwas/glob"
)

type globArgs struct {
	// Dialect is "doublestar" (git files with the new globbing), "gobwas" (projects, RBAC, directory include and exclude) or "path" (git directories).
	Dialect string `json:"dialect"`
	// Separators are for gobwas only: the runes that `*` does not cross.
	Separators string   `json:"separators"`
	Pattern    string   `json:"pattern"`
	Names      []string `json:"names"`
}

// globs answers {"matches": [bool, …]} in the order of the names, or a failure where the pattern itself is wrong.
func globs(args globArgs) any {
	match, err := matcher(args)
	if err != nil {
		return failure{Error: err.Error(), Stage: "parse"}
	}
	matches := make([]bool, len(args.Names))
	for i, name := range args.Names {
		if matches[i], err = match(name); err != nil {
			return failure{Error: err.Error(), Stage: "parse"}
		}
	}
	return map[string]any{"matches": matches}
}

func matcher(args globArgs) (func(string) (bool, error), error) {
	switch args.Dialect {
	case "gobwas":
		compiled, err := glob.Compile(args.Pattern, []rune(args.Separators)...)
		return func(name string) (bool, error) { return compiled.Match(name), nil }, err
	case "path":
		return func(name string) (bool, error) { return path.Match(args.Pattern, name) }, nil
	default:
		if !doublestar.ValidatePattern(args.Pattern) {
			return nil, doublestar.ErrBadPattern
		}
		return func(name string) (bool, error) { return doublestar.Match(args.Pattern, name) }, nil
	}
}
