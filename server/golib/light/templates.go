package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/valyala/fasttemplate"

	"gitops-workbench/golib/wire"
)

// templatesArgs is one batch: every template with every parameter set, or only the pairs asked for.
type templatesArgs struct {
	// Mode is "go" (goTemplate: true) or "fast".
	Mode      string
	Options   []string
	Templates []string
	// Params are the parameter sets, with the Go types that JSON does not tell; or ParamIDs names sets registered with paramsPut.
	Params   []map[string]any
	Types    map[string]string
	ParamIDs []int
	// Pairs are [template, parameter set]; nil means all, template by template.
	Pairs [][2]int
	// Stopped templates are not run: the host ended an earlier try because of them.
	Stopped []stopped
}

func readTemplatesArgs(raw []byte) (templatesArgs, error) {
	args := templatesArgs{}
	input := newReader(raw)
	err := input.fields(func(key string) (err error) {
		switch key {
		case "mode":
			args.Mode, err = input.string()
		case "options":
			err = input.into(&args.Options)
		case "templates":
			err = input.into(&args.Templates)
		case "params":
			args.Params, err = input.objects()
		case "types":
			err = input.into(&args.Types)
		case "paramIds":
			args.ParamIDs, err = input.ints()
		case "pairs":
			args.Pairs, err = readPairs(input)
		case "stopped":
			err = input.into(&args.Stopped)
		default:
			err = unknownArgument(key)
		}
		return err
	})
	return args, err
}

func readPairs(input *reader) ([][2]int, error) {
	pairs := [][2]int{}
	err := input.list(func() error {
		pair, err := input.ints()
		if err == nil && len(pair) != 2 {
			err = fmt.Errorf("a pair is [template, parameter set], not %v", pair)
		}
		if err == nil {
			pairs = append(pairs, [2]int{pair[0], pair[1]})
		}
		return err
	})
	return pairs, err
}

type stopped struct {
	Template int    `json:"template"`
	Message  string `json:"message"`
}

// longestOutput ends a template that would fill the memory; an object of Kubernetes cannot be larger than 3 MB anyway.
const longestOutput = 4 << 20

var errTooLong = fmt.Errorf("the output is longer than %d MB", longestOutput>>20)

// templates answers with an array in the order of the pairs: a string, or a failure with its stage (option, parse, execute, stopped).
func templates(raw json.RawMessage, step wire.Step) (any, error) {
	args, err := readTemplatesArgs(raw)
	if err != nil {
		return nil, err
	}
	params, err := paramsOf(args)
	if err != nil {
		return nil, err
	}
	renderers := make([]renderer, len(args.Templates))
	mutates := false
	for i, text := range args.Templates {
		renderers[i] = rendererOf(args, text)
		mutates = mutates || renderers[i].mutates
	}
	for _, it := range args.Stopped {
		if it.Template >= 0 && it.Template < len(renderers) {
			renderers[it.Template] = refusing(failure{Error: it.Message, Stage: "stopped"})
		}
	}
	batch := batch{renderers: renderers, params: params, step: step}
	switch {
	case mutates:
		return batch.runBySet(args.Pairs)
	case args.Pairs != nil:
		return batch.runPairs(args.Pairs)
	default:
		return batch.runAll()
	}
}

type batch struct {
	renderers []renderer
	params    []map[string]any
	step      wire.Step
	answer    []byte
}

func (b *batch) runAll() (any, error) {
	b.answer = append(b.answer, '[')
	for t := range b.renderers {
		for p := range b.params {
			b.run(t, p, b.params[p])
		}
	}
	return b.close(), nil
}

func (b *batch) runPairs(pairs [][2]int) (any, error) {
	b.answer = append(b.answer, '[')
	for _, pair := range pairs {
		if err := b.check(pair); err != nil {
			return nil, err
		}
		b.run(pair[0], pair[1], b.params[pair[1]])
	}
	return b.close(), nil
}

// runBySet is for templates that change their parameters (`set`, `unset`, `merge`). Argo CD renders the strings of one Application
// one after the other on the same map, so a change is seen by the strings after it; and never by another parameter set.
func (b *batch) runBySet(pairs [][2]int) (any, error) {
	if pairs == nil {
		for t := range b.renderers {
			for p := range b.params {
				pairs = append(pairs, [2]int{t, p})
			}
		}
	}
	ofSet := make([][]int, len(b.params))
	for i, pair := range pairs {
		if err := b.check(pair); err != nil {
			return nil, err
		}
		ofSet[pair[1]] = append(ofSet[pair[1]], i)
	}
	pieces := make([][]byte, len(pairs))
	for p, indexes := range ofSet {
		fresh := deepCopy(b.params[p]).(map[string]any)
		for _, i := range indexes {
			b.answer = nil
			b.run(pairs[i][0], p, fresh)
			pieces[i] = b.answer
		}
	}
	return json.RawMessage("[" + strings.TrimSuffix(string(bytes.Join(pieces, nil)), ",") + "]"), nil
}

func (b *batch) check(pair [2]int) error {
	if pair[0] < 0 || pair[0] >= len(b.renderers) || pair[1] < 0 || pair[1] >= len(b.params) {
		return fmt.Errorf("there is no template %d with parameter set %d", pair[0], pair[1])
	}
	return nil
}

// run appends one answer and a comma.
func (b *batch) run(t, p int, params map[string]any) {
	it := &b.renderers[t]
	if it.fixed == nil {
		b.step(t, p)
		text, problem := it.render(params)
		if problem == nil {
			b.answer = append(appendString(b.answer, text), ',')
			return
		}
		b.answer = append(append(b.answer, encode(*problem)...), ',')
		return
	}
	b.answer = append(append(b.answer, it.fixed...), ',')
}

func (b *batch) close() json.RawMessage {
	return append(bytes.TrimSuffix(b.answer, []byte(",")), ']')
}

// renderer is one template made ready. `fixed` is its answer where the parameters do not matter.
type renderer struct {
	fixed   []byte
	render  func(params map[string]any) ([]byte, *failure)
	mutates bool
}

func refusing(problem failure) renderer { return renderer{fixed: encode(problem)} }

func rendererOf(args templatesArgs, text string) renderer {
	if args.Mode == "fast" {
		return fastRenderer(text)
	}
	return goRenderer(text, args.Options)
}

var base = template.New("base").Funcs(argoFunctions)

// parsed keeps templates between calls: a keystroke changes one of many.
var parsed = map[string]renderer{}

func goRenderer(text string, options []string) renderer {
	key := strings.Join(options, "\x00") + "\x00\x00" + text
	if known, ok := parsed[key]; ok {
		return known
	}
	if len(parsed) > 2000 {
		clear(parsed)
	}
	made := newGoRenderer(text, options)
	parsed[key] = made
	return made
}

func newGoRenderer(text string, options []string) renderer {
	ready, problem := prepare(text, options)
	if problem != nil {
		return refusing(*problem)
	}
	if plain, ok := plainText(ready); ok {
		return renderer{fixed: appendString(nil, []byte(plain))}
	}
	output := limitedBuffer{}
	return renderer{mutates: changesParameters(ready), render: func(params map[string]any) ([]byte, *failure) {
		output.Reset()
		if err := ready.Execute(&output, params); err != nil {
			return nil, &failure{Error: fmt.Sprintf("failed to execute go template %s: %s", text, nativeDepth(err)), Stage: "execute"}
		}
		return output.Bytes(), nil
	}}
}

func prepare(text string, options []string) (ready *template.Template, problem *failure) {
	defer func() {
		// An unknown option panics in Go, and with it the controller.
		if reason := recover(); reason != nil {
			problem = &failure{Error: fmt.Sprint(reason), Stage: "option"}
		}
	}()
	ready, err := base.Clone()
	if err == nil {
		for _, option := range options {
			ready = ready.Option(option)
		}
		ready, err = ready.Parse(text)
	}
	if err != nil {
		return nil, &failure{Error: fmt.Sprintf("failed to parse template %s: %s", text, err), Stage: "parse"}
	}
	return ready, nil
}

// nativeDepth words the recursion limit as a native program does; in WebAssembly the limit is lower, as the stack is.
func nativeDepth(err error) string {
	return strings.Replace(err.Error(), "exceeded maximum template depth (1000)", "exceeded maximum template depth (100000)", 1)
}

func plainText(ready *template.Template) (string, bool) {
	text := strings.Builder{}
	if ready.Tree == nil {
		return "", false
	}
	for _, node := range ready.Root.Nodes {
		piece, ok := node.(*parse.TextNode)
		if !ok {
			return "", false
		}
		text.Write(piece.Text)
	}
	return text.String(), true
}

var changing = regexp.MustCompile(`\b(set|unset|merge|mustMerge|mergeOverwrite|mustMergeOverwrite)\b`)

func changesParameters(ready *template.Template) bool {
	for _, it := range ready.Templates() {
		if it.Tree != nil && changing.MatchString(it.Root.String()) {
			return true
		}
	}
	return false
}

var hasTag = regexp.MustCompile(".*{{.*}}.*")

func fastRenderer(text string) renderer {
	if !hasTag.MatchString(text) {
		return renderer{fixed: appendString(nil, []byte(text))}
	}
	ready, err := fasttemplate.NewTemplate(text, "{{", "}}")
	if err != nil {
		return refusing(failure{Error: "invalid template: " + err.Error(), Stage: "parse"})
	}
	output := limitedBuffer{}
	return renderer{render: func(params map[string]any) ([]byte, *failure) {
		output.Reset()
		_, err := ready.ExecuteFunc(&output, func(to io.Writer, tag string) (int, error) {
			name := strings.TrimSpace(tag)
			if value, isString := params[name].(string); isString && name != "" {
				return io.WriteString(to, value)
			}
			return fmt.Fprintf(to, "{{%s}}", tag)
		})
		if err != nil {
			return nil, &failure{Error: err.Error(), Stage: "execute"}
		}
		return output.Bytes(), nil
	}}
}

type limitedBuffer struct{ bytes.Buffer }

func (b *limitedBuffer) Write(piece []byte) (int, error) {
	if b.Len()+len(piece) > longestOutput {
		return 0, errTooLong
	}
	return b.Buffer.Write(piece)
}

func (b *limitedBuffer) WriteString(piece string) (int, error) {
	if b.Len()+len(piece) > longestOutput {
		return 0, errTooLong
	}
	return b.Buffer.WriteString(piece)
}

func encode(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		panic(errors.Join(errors.New("an answer cannot be written as JSON"), err))
	}
	return text
}

// appendString writes a JSON string. Most results are short ASCII names, for which encoding/json is several times slower.
func appendString(to, text []byte) []byte {
	for _, c := range text {
		if c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return append(to, encode(string(text))...)
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
