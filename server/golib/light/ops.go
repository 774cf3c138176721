// The light module: the libraries that Argo CD and Argo Rollouts link for templates, conditions, queries, scripts, globs and
// versions. Each file is one operation, a thin call of its library; rules of Argo CD that need no library are not here.
package main

import (
	"bytes"
	"encoding/json"

	"gitops-workbench/golib/wire"
)

// ops is the whole of what the host can call.
var ops = []wire.Op{
	{Name: "functions", Run: functions},
	{Name: "templates", Run: templates},
	{Name: "parseTemplates", Run: simple(parseTemplates)},
	{Name: "paramsPut", Run: paramsPut},
	{Name: "paramsClear", Run: paramsClear},
	{Name: "expr", Run: simple(expression)},
	{Name: "jq", Run: simple(jq)},
	{Name: "lua", Run: simple(luaHealth)},
	{Name: "luaScript", Run: simple(luaScript)},
	{Name: "glob", Run: simple(globs)},
	{Name: "semver", Run: simple(semverOp)},
	{Name: "slug", Run: simple(slugs)},
	{Name: "yamlToJson", Run: simple(yamlToJSON)},
	{Name: "regexp", Run: simple(regularExpression)},
}

// failure is an answer about a user's mistake. Offsets count UTF-16 units of the text it is about; -1 where there is none.
type failure struct {
	Error string `json:"error"`
	Stage string `json:"stage,omitempty"`
	Start *int   `json:"start,omitempty"`
	End   *int   `json:"end,omitempty"`
}

// simple makes an op of a function that takes decoded arguments and has no steps to report.
func simple[Args any](run func(Args) any) func(json.RawMessage, wire.Step) (any, error) {
	return func(raw json.RawMessage, _ wire.Step) (any, error) {
		var args Args
		input := json.NewDecoder(bytes.NewReader(raw))
		// A misspelt argument would otherwise answer another question.
		input.DisallowUnknownFields()
		if err := input.Decode(&args); err != nil {
			return nil, err
		}
		return run(args), nil
	}
}
