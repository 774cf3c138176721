package main

import "gitops-workbench/golib/wire"

func init() { wire.Ops = ops }

func main() {}
