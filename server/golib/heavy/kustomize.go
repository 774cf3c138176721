package main

import (
	"bytes"
	"flag"
	"log"

	"github.com/spf13/cobra"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/outside"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/kustomize/v5/commands/build"
	"sigs.k8s.io/kustomize/kustomize/v5/commands/edit"
	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/openapi/kubernetesapi"
)

type buildArgs struct {
	// Files by absolute path; charts of helmCharts among them.
	Files   files    `json:"files"`
	Path    string   `json:"path"`
	Options []string `json:"options"`
}

// kustomizeBuild answers what `kustomize build` prints; the error is all of its standard error.
func kustomizeBuild(args buildArgs) any {
	fileSystem, err := newDisk(args.Files, args.Path)
	if err != nil {
		return failure{Error: "Error: " + err.Error()}
	}
	var out bytes.Buffer
	said, err := run(fileSystem, &out, append([]string{"build", args.Path}, args.Options...))
	if err != nil {
		return failure{Error: said}
	}
	return manifest{Manifest: out.String(), Warnings: said}
}

type editArgs struct {
	Files files  `json:"files"`
	Path  string `json:"path"`
	// Commands without the program's name and `edit`: ["set", "nameprefix", "--", "x-"].
	Commands [][]string `json:"commands"`
}

type editedFiles struct {
	Files map[string]string `json:"files"`
}

// kustomizeEdit runs `kustomize edit` once for each command, in the folder of the kustomization, and answers the files that changed.
func kustomizeEdit(args editArgs) any {
	fileSystem, err := newDisk(args.Files, args.Path)
	if err != nil {
		return failure{Error: "Error: " + err.Error()}
	}
	for at, command := range args.Commands {
		var out bytes.Buffer
		if said, err := run(fileSystem, &out, append([]string{"edit"}, command...)); err != nil {
			return failure{Error: said, At: &at}
		}
	}
	changed := map[string]string{}
	for name, before := range args.Files {
		if now, err := fileSystem.ReadFile(name); err == nil && !bytes.Equal(now, before) {
			changed[name] = string(now)
		}
	}
	return editedFiles{Files: changed}
}

// run is one run of the program: its commands on this file system (kustomize:commands/commands.go, which knows only the disk).
func run(fileSystem *disk, out *bytes.Buffer, arguments []string) (said string, err error) {
	var messages bytes.Buffer
	outside.Stderr = &messages
	outside.Disk = fileSystem
	outside.Helm = func(arguments []string) ([]byte, string, error) { return helmProgram(fileSystem, arguments) }
	log.SetOutput(&messages)
	command := &cobra.Command{Use: konfig.ProgramName}
	provided := provider.NewDefaultDepProvider()
	builder := build.NewCmdBuild(fileSystem, build.MakeHelp(konfig.ProgramName, "build"), out)
	build.AddFunctionAlphaEnablementFlags(builder.Flags())
	editor := edit.NewCmdEdit(fileSystem, provided.GetFieldValidator(), provided.GetResourceFactory(), out)
	command.AddCommand(builder, editor)
	flags := flag.NewFlagSet("kustomize", flag.ContinueOnError)
	flags.Bool("stack-trace", false, "print a stack-trace on error")
	command.PersistentFlags().AddGoFlagSet(flags)
	command.SetArgs(arguments)
	command.SetOut(&messages)
	command.SetErr(&messages)
	err = command.Execute()
	forgetSchemas()
	return messages.String(), err
}

// forgetSchemas drops what a kustomization with an `openapi` of its own left behind: a run of the program begins without. Reading the usual
// schemas again takes a second, so they stay where no others were asked for.
func forgetSchemas() {
	if openapi.GetSchemaVersion() != kubernetesapi.DefaultOpenAPI {
		openapi.ResetOpenAPI()
	}
}
