// The heavy module: Helm, Kustomize and Jsonnet, as Argo CD runs them, on files that the host hands over. Each operation is what a run of
// the program would print, errors and warnings included; rules of Argo CD's own are not here.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"gitops-workbench/golib/wire"
)

// ops is the whole of what the host can call.
var ops = []wire.Op{
	{Name: "helmTemplate", Run: op(helmTemplate)},
	{Name: "kustomizeBuild", Run: op(kustomizeBuild)},
	{Name: "kustomizeEdit", Run: op(kustomizeEdit)},
	{Name: "jsonnet", Run: op(jsonnetEvaluate)},
}

// failure is what a program said before it ended with an exit status.
type failure struct {
	Error string `json:"error"`
	// At is the position of the command that failed, where there are several.
	At *int `json:"at,omitempty"`
}

type manifest struct {
	Manifest string `json:"manifest"`
	// Warnings is what went to standard error of a run that succeeded.
	Warnings string `json:"warnings,omitempty"`
}

// files maps paths to contents: a text, or {"base64": …} for what is no text.
type files map[string][]byte

func (f *files) UnmarshalJSON(raw []byte) error {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		return err
	}
	*f = make(files, len(entries))
	for path, entry := range entries {
		content, err := contentOf(entry)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		(*f)[path] = content
	}
	return nil
}

func contentOf(entry json.RawMessage) ([]byte, error) {
	if bytes.HasPrefix(bytes.TrimSpace(entry), []byte{'"'}) {
		var text string
		err := json.Unmarshal(entry, &text)
		return []byte(text), err
	}
	var encoded struct {
		Base64 string `json:"base64"`
	}
	if err := json.Unmarshal(entry, &encoded); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(encoded.Base64)
}

func op[Args any](run func(Args) any) func(json.RawMessage, wire.Step) (any, error) {
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
