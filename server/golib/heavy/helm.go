package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"sort"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"helm.sh/helm/v4/pkg/ignore"
	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"helm.sh/helm/v4/pkg/strvals"
	"sigs.k8s.io/yaml"
)

type helmArgs struct {
	// Files of the chart, by path relative to it.
	Files                files    `json:"files"`
	ReleaseName          string   `json:"releaseName"`
	Namespace            string   `json:"namespace"`
	KubeVersion          string   `json:"kubeVersion"`
	APIVersions          []string `json:"apiVersions"`
	IncludeCRDs          bool     `json:"includeCrds"`
	SkipTests            bool     `json:"skipTests"`
	SkipHooks            bool     `json:"skipHooks"`
	SkipSchemaValidation bool     `json:"skipSchemaValidation"`
	// Values are the texts of values files, in the order of --values; an error names them <values:0>, <values:1>, …
	Values    []string   `json:"values"`
	Set       []string   `json:"set"`
	SetString []string   `json:"setString"`
	SetFile   []fileArgs `json:"setFile"`
}

type fileArgs struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// helmTemplate answers what `helm template` of this chart prints; the error is all of its standard error.
func helmTemplate(args helmArgs) any {
	var said bytes.Buffer
	text, err := runHelmTemplate(args, newHelmLogger(&said))
	if err != nil {
		return failure{Error: said.String() + "Error: " + err.Error()}
	}
	return manifest{Manifest: text, Warnings: said.String()}
}

// newHelmLogger writes as helm's own does (helm:internal/logging/logging.go): without times, warnings and errors only.
func newHelmLogger(said io.Writer) *slog.Logger {
	logger := slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{
		Level: slog.LevelInfo,
		ReplaceAttr: func(_ []string, attribute slog.Attr) slog.Attr {
			if attribute.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return attribute
		},
	}))
	slog.SetDefault(logger)
	return logger
}

// runHelmTemplate goes the way of helm's install command without a cluster (helm:pkg/cmd/install.go runInstall, pkg/action/install.go
// RunWithContext, pkg/action/action.go renderResources), whose packages need a cluster client.
func runHelmTemplate(args helmArgs, logger *slog.Logger) (string, error) {
	capabilities, err := capabilitiesFor(args)
	if err != nil {
		return "", err
	}
	values, err := mergedValues(args)
	if err != nil {
		return "", err
	}
	requested, err := loadChart(args.Files)
	if err != nil {
		return "", err
	}
	if err := checkInstallable(requested); err != nil {
		return "", err
	}
	if requested.Metadata.Deprecated {
		logger.Warn("this chart is deprecated")
	}
	if err := checkDependencies(requested); err != nil {
		return "", err
	}
	if err := chartutil.ValidateReleaseName(args.ReleaseName); err != nil {
		err = fmt.Errorf("release name %q: %w", args.ReleaseName, err)
		logger.Error("release name check failed", slog.Any("error", err))
		return "", fmt.Errorf("release name check failed: %w", err)
	}
	if err := chartutil.ProcessDependencies(requested, values); err != nil {
		logger.Error("chart dependencies processing failed", slog.Any("error", err))
		return "", fmt.Errorf("chart dependencies processing failed: %w", err)
	}
	options := common.ReleaseOptions{Name: args.ReleaseName, Namespace: args.Namespace, Revision: 1, IsInstall: true}
	toRender, err := util.ToRenderValuesWithSchemaValidation(requested, values, options, capabilities, args.SkipSchemaValidation)
	if err != nil {
		return "", err
	}
	text, err := rendered(requested, toRender, capabilities, args)
	if err != nil {
		// From here on helm has a release, and then speaks of more that it could show.
		return "", fmt.Errorf("%w\n\nUse --debug flag to render out invalid YAML", err)
	}
	return text, nil
}

func capabilitiesFor(args helmArgs) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if args.KubeVersion != "" {
		version, err := common.ParseKubeVersion(args.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("invalid kube version '%s': %w", args.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	// A copy, because the default list is shared by all runs of this instance.
	versions := append(common.VersionSet{}, capabilities.APIVersions...)
	capabilities.APIVersions = append(versions, args.APIVersions...)
	return capabilities, nil
}

// mergedValues follows helm:pkg/cli/values/options.go.
func mergedValues(args helmArgs) (map[string]any, error) {
	base := map[string]any{}
	for at, text := range args.Values {
		values, err := loader.LoadValues(strings.NewReader(text))
		if err != nil {
			return nil, fmt.Errorf("failed to parse <values:%d>: %w", at, err)
		}
		base = loader.MergeMaps(base, values)
	}
	for _, value := range args.Set {
		if err := strvals.ParseInto(value, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set data: %w", err)
		}
	}
	for _, value := range args.SetString {
		if err := strvals.ParseIntoString(value, base); err != nil {
			return nil, fmt.Errorf("failed parsing --set-string data: %w", err)
		}
	}
	for _, it := range args.SetFile {
		read := func([]rune) (any, error) { return it.Text, nil }
		if err := strvals.ParseIntoFile(it.Key+"=file", base, read); err != nil {
			return nil, fmt.Errorf("failed parsing --set-file data: %w", err)
		}
	}
	return base, nil
}

// loadChart follows helm:pkg/chart/v2/loader/directory.go: what .helmignore hides is no part of the chart.
func loadChart(all files) (*chart.Chart, error) {
	if err := checkAPIVersion(all); err != nil {
		return nil, err
	}
	rules := ignore.Empty()
	if text, exists := all[ignore.HelmIgnore]; exists {
		parsed, err := ignore.Parse(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		rules = parsed
	}
	rules.AddDefaults()
	var chosen []*archive.BufferedFile
	for _, name := range sortedByPart(all) {
		if isHidden(name, rules) {
			continue
		}
		data := all[name]
		if int64(len(data)) > archive.MaxDecompressedFileSize {
			return nil, fmt.Errorf("chart file %q is larger than the maximum file size %d", path.Base(name), archive.MaxDecompressedFileSize)
		}
		chosen = append(chosen, &archive.BufferedFile{Name: name, Data: bytes.TrimPrefix(data, byteOrderMark)})
	}
	return loader.LoadFiles(chosen)
}

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// chartBase is what helm looks at first (helm:pkg/chart/loader/load.go).
type chartBase struct {
	APIVersion string `json:"apiVersion"`
}

func checkAPIVersion(all files) error {
	text, exists := all["Chart.yaml"]
	if !exists {
		return errors.New("Chart.yaml file is missing")
	}
	var head chartBase
	if err := yaml.Unmarshal(text, &head); err != nil {
		// The decoder names the type, which is another package's in helm.
		return errors.New("cannot load Chart.yaml: " + strings.ReplaceAll(err.Error(), "main.chartBase", "loader.chartBase"))
	}
	switch head.APIVersion {
	case "", chart.APIVersionV1, chart.APIVersionV2:
		return nil
	case "v3":
		// Loaded, and then refused (helm:pkg/action/install.go).
		return errors.New("invalid chart apiVersion")
	}
	return errors.New("unsupported chart version")
}

// sortedByPart gives the order in which a walk of the disk meets the files.
func sortedByPart(all files) []string {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	sort.Slice(names, func(i, j int) bool {
		return strings.ReplaceAll(names[i], "/", "\x00") < strings.ReplaceAll(names[j], "/", "\x00")
	})
	return names
}

func isHidden(name string, rules *ignore.Rules) bool {
	parts := strings.Split(name, "/")
	for at := 1; at < len(parts); at++ {
		if rules.Ignore(strings.Join(parts[:at], "/"), entry{name: parts[at-1], folder: true}) {
			return true
		}
	}
	return rules.Ignore(name, entry{name: parts[len(parts)-1]})
}

// entry is a file that exists only here.
type entry struct {
	name   string
	folder bool
}

func (e entry) Name() string       { return e.name }
func (e entry) Size() int64        { return 0 }
func (e entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool        { return e.folder }
func (e entry) Sys() any           { return nil }
func (e entry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir
	}
	return 0
}

func checkInstallable(requested *chart.Chart) error {
	switch requested.Metadata.Type {
	case "", "application":
		return nil
	}
	return fmt.Errorf("%s charts are not installable", requested.Metadata.Type)
}

func checkDependencies(requested *chart.Chart) error {
	present := map[string]bool{}
	for _, it := range requested.Dependencies() {
		present[it.Name()] = true
	}
	var missing []string
	for _, it := range requested.Metadata.Dependencies {
		if !present[it.Name] {
			missing = append(missing, it.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in charts/ directory: %s", strings.Join(missing, ", "))
}

func rendered(requested *chart.Chart, values common.Values, capabilities *common.Capabilities, args helmArgs) (string, error) {
	wanted := requested.Metadata.KubeVersion
	if wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return "", fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", wanted, capabilities.KubeVersion.Version)
	}
	outputs, err := engine.Engine{}.Render(requested, values)
	if err != nil {
		return "", err
	}
	for name := range outputs {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(outputs, name)
		}
	}
	hooks, manifests, err := releaseutil.SortManifests(outputs, nil, releaseutil.InstallOrder)
	if err != nil {
		return "", err
	}
	var document strings.Builder
	if args.IncludeCRDs {
		for _, it := range requested.CRDObjects() {
			fmt.Fprintf(&document, "---\n# Source: %s\n%s\n", it.Filename, it.File.Data)
		}
	}
	for _, it := range manifests {
		fmt.Fprintf(&document, "---\n# Source: %s\n%s\n", it.Name, it.Content)
	}
	text := strings.TrimSpace(document.String()) + "\n"
	for _, it := range hooks {
		if args.SkipHooks || (args.SkipTests && isTest(it)) {
			continue
		}
		text += fmt.Sprintf("---\n# Source: %s\n%s\n", it.Path, it.Manifest)
	}
	return text, nil
}

func isTest(hook *release.Hook) bool {
	for _, event := range hook.Events {
		if event == release.HookTest {
			return true
		}
	}
	return false
}
