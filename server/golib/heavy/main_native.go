//go:build !wasip1

package main

import (
	"io"
	"log"
	"os"

	"gitops-workbench/golib/wire"
)

// The native program answers one request from standard input: what is wrong here and right there is the WebAssembly's fault.
func main() {
	request, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	answer, err := wire.Handle(ops, request)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := os.Stdout.Write(answer); err != nil {
		log.Fatal(err)
	}
}
