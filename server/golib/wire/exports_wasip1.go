package wire

import (
	"runtime/debug"
	"unsafe"
)

// Ops is the module's list; its main package sets it before the host can call.
var Ops []Op

// One request is in flight at a time: the host calls alloc, writes, calls, reads the answer at result, and frees.
var request, answer []byte

func init() {
	// The heap is mostly parsed parameters that live long; collecting less often is worth the memory, and the limit keeps it
	// well below the maximum that the build writes into the binary.
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(320 << 20)
}

//go:wasmimport gitops progress
func hostProgress(call, item, round int32) int32

func report(call, item, round int) (cancelled bool) {
	return hostProgress(int32(call), int32(item), int32(round)) != 0
}

//go:wasmexport gitops_alloc
func alloc(length int32) unsafe.Pointer {
	// One byte more, so that an empty request has an address too.
	request = make([]byte, int(length)+1)
	return unsafe.Pointer(&request[0])
}

//go:wasmexport gitops_call
func call(length int32) int32 {
	in := request[:length]
	request = nil
	out, err := Handle(Ops, in)
	if err != nil {
		// Only a host that does not speak this protocol gets here.
		panic(err)
	}
	answer = append(out, 0)
	return int32(len(out))
}

//go:wasmexport gitops_result
func result() unsafe.Pointer { return unsafe.Pointer(&answer[0]) }

//go:wasmexport gitops_free
func free() { answer = nil }
