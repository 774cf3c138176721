package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	lua "github.com/yuin/gopher-lua"
	luajson "layeh.com/gopher-json"
)

type luaArgs struct {
	Script string `json:"script"`
	// Obj is the resource, under the name that scripts know it by.
	Obj any `json:"obj"`
	// OpenLibs: scripts bundled with Argo CD get the standard library, scripts of argocd-cm only on request (useOpenLibs).
	OpenLibs bool `json:"openLibs"`
}

// luaHealth answers {"status": …, "message": …} ({} for nil or an empty table), or a failure (argo-cd:util/lua/lua.go).
func luaHealth(args luaArgs) any {
	state := lua.NewState(lua.Options{SkipOpenLibs: !args.OpenLibs})
	defer state.Close()
	if err := openLibraries(state); err != nil {
		return failure{Error: err.Error(), Stage: "execute"}
	}
	state.SetContext(newDeadline(time.Second))
	state.SetGlobal("actionParams", state.NewTable())
	state.SetGlobal("obj", luaValue(state, args.Obj))
	if err := state.DoString(args.Script); err != nil {
		var problem *lua.ApiError
		if errors.As(err, &problem) && problem.Type == lua.ApiErrorRun {
			problem.StackTrace = ""
		}
		return failure{Error: err.Error(), Stage: "execute"}
	}
	switch returned := state.Get(-1); returned.Type() {
	case lua.LTNil:
		return map[string]any{}
	case lua.LTTable:
		return healthOf(returned)
	default:
		return failure{Error: fmt.Sprintf("expect table output from Lua script, not %s", returned.Type()), Stage: "execute"}
	}
}

func healthOf(table lua.LValue) any {
	text, err := luajson.Encode(table)
	if err != nil {
		return failure{Error: err.Error(), Stage: "execute"}
	}
	// An empty table is an array in JSON.
	if string(text) == "[]" {
		return map[string]any{}
	}
	answer := struct {
		Status  string `json:"status"`
		Message string `json:"message,omitempty"`
	}{}
	if err := json.Unmarshal(text, &answer); err != nil {
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			return map[string]any{}
		}
		return failure{Error: err.Error(), Stage: "execute"}
	}
	switch answer.Status {
	case "Unknown", "Progressing", "Suspended", "Healthy", "Degraded", "Missing":
		return answer
	}
	return map[string]any{"status": "Unknown", "message": "Lua returned an invalid health status"}
}

func openLibraries(state *lua.LState) error {
	for _, library := range []struct {
		name string
		open lua.LGFunction
	}{
		{lua.LoadLibName, lua.OpenPackage},
		{lua.BaseLibName, lua.OpenBase},
		{lua.TabLibName, lua.OpenTable},
		{lua.OsLibName, openSafeOs},
	} {
		if err := state.CallByParam(lua.P{Fn: state.NewFunction(library.open), Protect: true}, lua.LString(library.name)); err != nil {
			return err
		}
	}
	state.PreloadModule(lua.OsLibName, func(state *lua.LState) int {
		state.Push(safeOs(state))
		return 1
	})
	return nil
}

// openSafeOs replaces `os` by what can do no harm. Upstream registers it under the table library's name, so that `os` is only
// reachable through require("os") and `table` gains time and date; kept, because scripts are judged by what they do there.
func openSafeOs(state *lua.LState) int {
	module := state.RegisterModule(lua.TabLibName, map[string]lua.LGFunction{})
	if table, ok := module.(*lua.LTable); ok {
		safeOs(state).ForEach(func(name, function lua.LValue) { table.RawSet(name, function) })
	}
	state.Push(module)
	return 1
}

// safeOs takes the library's own time and date and nothing else of os.
func safeOs(state *lua.LState) *lua.LTable {
	scratch := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer scratch.Close()
	scratch.Push(scratch.NewFunction(lua.OpenOs))
	scratch.Call(0, 1)
	whole, _ := scratch.Get(-1).(*lua.LTable)
	safe := state.NewTable()
	for _, name := range []string{"time", "date"} {
		if function, ok := whole.RawGetString(name).(*lua.LFunction); ok && function.GFunction != nil {
			safe.RawSetString(name, state.NewFunction(function.GFunction))
		}
	}
	return safe
}

func luaValue(state *lua.LState, value any) lua.LValue {
	switch it := value.(type) {
	case bool:
		return lua.LBool(it)
	case float64:
		return lua.LNumber(it)
	case string:
		return lua.LString(it)
	case []any:
		list := state.CreateTable(len(it), 0)
		for _, item := range it {
			list.Append(luaValue(state, item))
		}
		return list
	case map[string]any:
		table := state.CreateTable(0, len(it))
		for key, item := range it {
			table.RawSetString(key, luaValue(state, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// deadline is a context without a timer: timers do not fire while Go code is busy in WebAssembly, so looking is what ends it.
type deadline struct {
	context.Context
	at   time.Time
	done chan struct{}
	// looks counts, because the clock is a call out of the module and Lua looks before every instruction.
	looks int
	over  bool
}

func newDeadline(after time.Duration) *deadline {
	return &deadline{Context: context.Background(), at: time.Now().Add(after), done: make(chan struct{})}
}

func (d *deadline) Done() <-chan struct{} {
	if d.looks++; d.looks%1000 == 0 && !d.over && time.Now().After(d.at) {
		d.over = true
		close(d.done)
	}
	return d.done
}

func (d *deadline) Err() error {
	if d.over {
		return context.DeadlineExceeded
	}
	return nil
}

func (d *deadline) Deadline() (time.Time, bool) { return d.at, true }
