// Package wire carries batches of calls into the module and their answers out of it.
//
// A request is: u32 count, then for each call u32 length, name of the op, u32 length, arguments as JSON.
// An answer is: for each call u8 (1 the op answered, 0 it refused), u32 length, then JSON (answered) or a message (refused).
// Integers are little-endian. JSON inside a frame is scanned once; a JSON array of calls would be scanned once more per layer.
package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// Op answers one call. The value it returns is written as JSON; a json.RawMessage is written as it is.
type Op struct {
	Name string
	Run  func(args json.RawMessage, step Step) (any, error)
}

// Step tells the host what is about to run inside the current call, so that a run that never ends can be blamed on it. Where the
// host wants no more, it panics, which refuses the call.
type Step func(item, round int)

var (
	errTruncated = errors.New("the request is cut short")
	errCancelled = errors.New("cancelled")
)

func stepOf(call int) Step {
	return func(item, round int) {
		if report(call, item, round) {
			panic(errCancelled)
		}
	}
}

// Handle answers a whole request. Ops cannot take each other down: a panic refuses its own call only.
func Handle(ops []Op, request []byte) ([]byte, error) {
	byName := make(map[string]Op, len(ops))
	for _, op := range ops {
		byName[op.Name] = op
	}
	count, rest, ok := readUint32(request)
	if !ok {
		return nil, errTruncated
	}
	answer := make([]byte, 0, 1024)
	for call := 0; call < int(count); call++ {
		var name, args []byte
		if name, rest, ok = readFrame(rest); !ok {
			return nil, errTruncated
		}
		if args, rest, ok = readFrame(rest); !ok {
			return nil, errTruncated
		}
		value, err := run(byName, string(name), args, stepOf(call))
		answer = appendAnswer(answer, value, err)
	}
	return answer, nil
}

func run(ops map[string]Op, name string, args []byte, step Step) (value []byte, err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = fmt.Errorf("%s: %v", name, reason)
		}
	}()
	op, known := ops[name]
	if !known {
		return nil, fmt.Errorf("the library has no operation named %q", name)
	}
	step(0, 0)
	result, err := op.Run(args, step)
	if err != nil {
		return nil, err
	}
	if raw, isRaw := result.(json.RawMessage); isRaw {
		return raw, nil
	}
	return json.Marshal(result)
}

func appendAnswer(answer, value []byte, err error) []byte {
	status := byte(1)
	if err != nil {
		status, value = 0, []byte(err.Error())
	}
	answer = append(answer, status)
	answer = binary.LittleEndian.AppendUint32(answer, uint32(len(value)))
	return append(answer, value...)
}

func readUint32(bytes []byte) (uint32, []byte, bool) {
	if len(bytes) < 4 {
		return 0, nil, false
	}
	return binary.LittleEndian.Uint32(bytes), bytes[4:], true
}

func readFrame(bytes []byte) (frame, rest []byte, ok bool) {
	length, rest, ok := readUint32(bytes)
	if !ok || uint64(length) > uint64(len(rest)) {
		return nil, nil, false
	}
	return rest[:length], rest[length:], true
}
