package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"strings"
	"testing"
)

var tried = map[string]bool{}

func TestMain(m *testing.M) {
	code := m.Run()
	all := flag.Lookup("test.run").Value.String() == ""
	for _, op := range ops {
		if code == 0 && all && !tried[op.Name] {
			fmt.Printf("no test calls the operation %q; add a line to TestOperations\n", op.Name)
			code = 1
		}
	}
	os.Exit(code)
}

func call(t *testing.T, name, args string) string {
	t.Helper()
	tried[name] = true
	for _, op := range ops {
		if op.Name != name {
			continue
		}
		value, err := op.Run(json.RawMessage(args), func(int, int) {})
		if err != nil {
			return "refused: " + err.Error()
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	t.Fatalf("no operation is named %q", name)
	return ""
}

func TestOperations(t *testing.T) {
	for _, it := range []struct{ op, args, want string }{
		{"templates", `{"mode":"go","templates":["{{ .a }}","b"],"params":[{"a":"x"},{"a":"y"}]}`, `["x","y","b","b"]`},
		{"templates", `{"mode":"go","templates":["{{ .a }}"],"params":[{"a":"x"}],"pairs":[[0,1]]}`, "refused: there is no template 0 with parameter set 1"},
		{"templates", `{"mode":"go","templates":["{{ slugify 10 true .a }}"],"params":[{"a":"Feature/ABC_def-ghi"}]}`, `["feature"]`},
		{"templates", `{"mode":"go","templates":["{{ .l.x }}|"],"options":["missingkey=zero"],"params":[{"l":{}}]}`, `["\u003cno value\u003e|"]`},
		{"templates", `{"mode":"go","templates":["{{ .l.x }}|"],"options":["missingkey=zero"],"params":[{"l":{}}],"types":{"/l":"map[string]string"}}`, `["|"]`},
		{"templates", `{"mode":"go","templates":["{{ int .a }} {{ add .a 1 }} {{ max .a 2 }} {{ int .b }} {{ mul .c 2 }} {{ sub .c .a }}"],"params":[{"a":1e21,"b":-1e21,"c":3.7}]}`,
			`["-9223372036854775808 -9223372036854775807 2 -9223372036854775808 6 -9223372036854775805"]`},
		{"paramsPut", `{"ids":[7],"params":[{"a":"registered"}],"types":{}}`, `1`},
		{"templates", `{"mode":"go","templates":["{{ .a }}"],"paramIds":[7]}`, `["registered"]`},
		{"paramsClear", `{}`, `0`},
		{"templates", `{"mode":"go","templates":["{{ .a }}"],"paramIds":[7]}`, "refused: no parameter set is registered as 7"},
		{"templates", `{"mode":"fast","templates":["{{a}}-{{ b }}"],"params":[{"a":"x","b":1}]}`, `["x-{{ b }}"]`},
		{"templates", `{"mode":"go","templates":["{{ .a }}","b"],"params":[{}],"stopped":[{"template":0,"message":"too slow"}]}`, `[{"error":"too slow","stage":"stopped"},"b"]`},
		{"parseTemplates", `{"templates":["{{ .a }}","{{ end }}"]}`, `[null,"template: base:1: unexpected {{end}}"]`},
		{"expr", `{"mode":"evaluate","expression":"result[0] > 0.5 && !isNaN(asFloat(result[0]))","result":[0.9]}`, `{"type":"bool","value":true}`},
		{"expr", `{"mode":"evaluate","expression":"default(result, 0) == 0 and isNil(result)"}`, `{"type":"bool","value":true}`},
		{"expr", `{"mode":"compile","expression":"'ü😀' == nothing"}`, `{"error":"unknown name nothing","stage":"compile","start":9,"end":16}`},
		{"jq", `{"query":".a[]","input":{"a":[1,"x"]}}`, `{"values":[1,"x"]}`},
		{"jq", `{"query":".a.","input":null}`, `{"error":"unexpected EOF","stage":"parse","start":3,"end":3}`},
		{"jq", `{"query":".a[]","input":{"a":1}}`, `{"error":"cannot iterate over: number (1)","stage":"execute"}`},
		{"lua", `{"script":"hs = {} hs.status = obj.s hs.message = 'm' return hs","obj":{"s":"Healthy"}}`, `{"status":"Healthy","message":"m"}`},
		{"lua", `{"script":"return {status = 'Fine'}","obj":{}}`, `{"message":"Lua returned an invalid health status","status":"Unknown"}`},
		{"lua", `{"script":"local os = require('os') if os.execute == nil and os.time() \u003e 0 then return {status='Healthy'} end","obj":{}}`, `{"status":"Healthy"}`},
		{"lua", `{"script":"return 1","obj":{}}`, `{"error":"expect table output from Lua script, not number","stage":"execute"}`},
		{"glob", `{"dialect":"gobwas","pattern":"a/*","names":["a/b/c","b"]}`, `{"matches":[true,false]}`},
		{"glob", `{"dialect":"path","pattern":"a/*","names":["a/b/c","a/b"]}`, `{"matches":[false,true]}`},
		{"glob", `{"dialect":"doublestar","pattern":"a/**","names":["a/b/c","a"]}`, `{"matches":[true,true]}`},
		{"glob", `{"dialect":"path","pattern":"[","names":["a"]}`, `{"error":"syntax error in pattern","stage":"parse"}`},
		{"semver", `{"constraint":"1.x","versions":["1.2.0","2.0.0","v1.10.0","x"]}`, `{"isVersion":false,"satisfied":[true,false,true,false],"valid":[true,true,true,false],"best":"v1.10.0"}`},
		{"slug", `{"texts":["A & b"],"smart":true}`, `["a-and-b"]`},
		{"yamlToJson", `{"texts":["on: 012","a: [",""]}`, `[{"value":{"true":10}},{"error":"yaml: line 1: did not find expected node content","stage":"parse"},{"value":null}]`},
		{"regexp", `{"pattren":"a"}`, `refused: json: unknown field "pattren"`},
		{"regexp", `{"pattern":"^a","texts":["ab","ba"]}`, `{"matches":[true,false]}`},
	} {
		if got := call(t, it.op, it.args); got != it.want {
			t.Errorf("%s %s\n got %s\nwant %s", it.op, it.args, got, it.want)
		}
	}
}

func TestFunctionsAreThoseOfArgoCD(t *testing.T) {
	names := call(t, "functions", `{}`)
	for _, it := range []string{"normalize", "slugify", "toYaml", "fromYamlArray", "upper", "index"} {
		if !strings.Contains(names, `"`+it+`"`) {
			t.Errorf("%s is missing", it)
		}
	}
	for _, it := range []string{"env", "expandenv", "getHostByName", "required", "include"} {
		if strings.Contains(names, `"`+it+`"`) {
			t.Errorf("%s must not be there", it)
		}
	}
}

func TestLuaEndsAfterOneSecond(t *testing.T) {
	if got := call(t, "lua", `{"script":"while true do end","obj":{}}`); !strings.Contains(got, "context deadline exceeded") {
		t.Error(got)
	}
}

func TestBundledScripts(t *testing.T) {
	for key, want := range map[string]string{
		`{"group":"argoproj.io","kind":"Rollout"}`:                                        "argoproj.io/Rollout/health.lua",
		`{"group":"argoproj.io","kind":"Rollout","file":"actions/discovery.lua"}`:         "argoproj.io/Rollout/actions/discovery.lua",
		`{"group":"sql.cnrm.cloud.google.com","kind":"SQLInstance"}`:                      "_.cnrm.cloud.google.com/_/health.lua",
		`{"group":"example.com","kind":"Nothing"}`:                                        "",
		`{"group":"sql.cnrm.cloud.google.com","kind":"X","file":"actions/discovery.lua"}`: "",
	} {
		answer := struct{ Path string }{}
		if err := json.Unmarshal([]byte(call(t, "luaScript", key)), &answer); err != nil || answer.Path != want {
			t.Errorf("%s: got %q, want %q (%v)", key, answer.Path, want, err)
		}
	}
}

func TestReaderAgreesWithEncodingJSON(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for range 3000 {
		text, err := json.Marshal(randomValue(random, 4))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		if err := json.Unmarshal(text, &want); err != nil {
			t.Fatal(err)
		}
		if got, err := newReader(text).value(); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %v (%v)", text, got, err)
		}
		// Cut anywhere, it says so instead of reading past the end.
		cut := text[:random.Intn(len(text))]
		if value, err := newReader(cut).value(); err == nil && json.Valid(text) && (cut == nil || cut[0] == '{' || cut[0] == '[') {
			t.Fatalf("%s: read as %v", cut, value)
		}
	}
}

func randomValue(random *rand.Rand, depth int) any {
	switch random.Intn(5 + min(depth, 1)*4) {
	case 0:
		return nil
	case 1:
		return random.Intn(2) == 0
	case 2:
		return random.NormFloat64() * 1e6
	case 3, 4:
		return []string{"", "a", "ü😀", "\"\\\n\u0001", "<&>", strings.Repeat("long ", 30)}[random.Intn(6)]
	case 5, 6:
		list := []any{}
		for range random.Intn(4) {
			list = append(list, randomValue(random, depth-1))
		}
		return list
	default:
		object := map[string]any{}
		for range random.Intn(4) {
			object[[]string{"a", "b", "ü", "\""}[random.Intn(4)]] = randomValue(random, depth-1)
		}
		return object
	}
}
