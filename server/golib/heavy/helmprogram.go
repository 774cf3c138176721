package main

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// helmProgram stands for the helm that Kustomize starts for `helmCharts`: it knows the two commands that Kustomize gives, and charts that
// are there already. What it would pull from elsewhere is for the host to hand over.
func helmProgram(fileSystem *disk, arguments []string) (out []byte, said string, err error) {
	switch arguments[0] {
	case "version":
		return []byte("v4.2.4\n"), "", nil
	case "template":
		return helmTemplateCommand(fileSystem, arguments[1:])
	}
	said = fmt.Sprintf("Error: charts are not fetched here: helm %s\n", strings.Join(arguments, " "))
	return nil, said, exitStatus{}
}

type exitStatus struct{}

func (exitStatus) Error() string { return "exit status 1" }

// helmTemplateCommand reads the arguments that kustomize:api/types/helmchartargs.go, AsHelmArgs, writes.
func helmTemplateCommand(fileSystem *disk, arguments []string) ([]byte, string, error) {
	args := helmArgs{Namespace: "default", ReleaseName: "release-name"}
	var names []string
	var valuesFiles []string
	nameTemplate := ""
	for at := 0; at < len(arguments); at++ {
		value := func() string {
			at++
			if at < len(arguments) {
				return arguments[at]
			}
			return ""
		}
		switch argument := arguments[at]; argument {
		case "--generate-name":
		case "--namespace":
			args.Namespace = value()
		case "--name-template":
			nameTemplate = value()
		case "-f", "--values":
			valuesFiles = append(valuesFiles, value())
		case "--api-versions":
			args.APIVersions = append(args.APIVersions, value())
		case "--kube-version":
			args.KubeVersion = value()
		case "--include-crds":
			args.IncludeCRDs = true
		case "--skip-tests":
			args.SkipTests = true
		case "--no-hooks":
			args.SkipHooks = true
		case "--devel", "--debug":
		default:
			if strings.HasPrefix(argument, "-") {
				return nil, "Error: unknown flag: " + argument + "\n", exitStatus{}
			}
			names = append(names, argument)
		}
	}
	if len(names) > 1 {
		args.ReleaseName, names = names[0], names[1:]
	}
	if nameTemplate != "" {
		name, err := templateName(nameTemplate)
		if err != nil {
			return nil, "Error: " + err.Error() + "\n", exitStatus{}
		}
		args.ReleaseName = name
	}
	for _, name := range valuesFiles {
		text, err := fileSystem.ReadFile(name)
		if err != nil {
			return nil, "Error: " + err.Error() + "\n", exitStatus{}
		}
		args.Values = append(args.Values, string(text))
	}
	if len(names) == 1 {
		args.Files = filesBelow(fileSystem, names[0])
	}
	var messages bytes.Buffer
	text, err := runHelmTemplate(args, newHelmLogger(&messages))
	if err != nil {
		return nil, messages.String() + "Error: " + err.Error() + "\n", exitStatus{}
	}
	return []byte(text), messages.String(), nil
}

func filesBelow(fileSystem filesys.FileSystem, folder string) files {
	found := files{}
	names, err := fileSystem.ReadDir(folder)
	if err != nil {
		return found
	}
	for _, name := range names {
		whole := path.Join(folder, name)
		if fileSystem.IsDir(whole) {
			for below, content := range filesBelow(fileSystem, whole) {
				found[path.Join(name, below)] = content
			}
		} else if content, err := fileSystem.ReadFile(whole); err == nil {
			found[name] = content
		}
	}
	return found
}

// templateName makes a release's name of --name-template (helm:pkg/action/install.go, TemplateName).
func templateName(text string) (string, error) {
	parsed, err := template.New("name-template").Funcs(sprig.TxtFuncMap()).Parse(text)
	if err != nil {
		return "", err
	}
	var name bytes.Buffer
	err = parsed.Execute(&name, nil)
	return name.String(), err
}
