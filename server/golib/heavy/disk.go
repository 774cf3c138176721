package main

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// disk is Kustomize's file system in memory with a present folder, and with the words of a real one where something is missing.
type disk struct {
	filesys.FileSystem
	folder string
}

func newDisk(all files, folder string) (*disk, error) {
	memory := filesys.MakeFsInMemory()
	if err := memory.MkdirAll(folder); err != nil {
		return nil, err
	}
	for name, content := range all {
		if err := memory.MkdirAll(path.Dir(name)); err != nil {
			return nil, err
		}
		if err := memory.WriteFile(name, content); err != nil {
			return nil, err
		}
	}
	return &disk{FileSystem: memory, folder: folder}, nil
}

func (d *disk) at(name string) string {
	if path.IsAbs(name) {
		return path.Clean(name)
	}
	return path.Join(d.folder, name)
}

func (d *disk) Create(name string) (filesys.File, error) { return d.FileSystem.Create(d.at(name)) }
func (d *disk) Mkdir(name string) error                  { return d.FileSystem.Mkdir(d.at(name)) }
func (d *disk) MkdirAll(name string) error               { return d.FileSystem.MkdirAll(d.at(name)) }
func (d *disk) RemoveAll(name string) error              { return d.FileSystem.RemoveAll(d.at(name)) }
func (d *disk) Open(name string) (filesys.File, error)   { return d.FileSystem.Open(d.at(name)) }
func (d *disk) IsDir(name string) bool                   { return d.FileSystem.IsDir(d.at(name)) }
func (d *disk) Exists(name string) bool                  { return d.FileSystem.Exists(d.at(name)) }
func (d *disk) WriteFile(name string, data []byte) error {
	return d.FileSystem.WriteFile(d.at(name), data)
}
func (d *disk) Walk(name string, f filepath.WalkFunc) error { return d.FileSystem.Walk(d.at(name), f) }

func (d *disk) ReadDir(name string) ([]string, error) {
	if !d.Exists(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	}
	return d.FileSystem.ReadDir(d.at(name))
}

func (d *disk) ReadFile(name string) ([]byte, error) {
	switch {
	case !d.Exists(name):
		return nil, &fs.PathError{Op: "open", Path: name, Err: noEntry{}}
	case d.IsDir(name):
		return nil, &fs.PathError{Op: "read", Path: name, Err: isFolder{}}
	}
	return d.FileSystem.ReadFile(d.at(name))
}

// Glob finds folders too, as the disk does, and answers relative names to a relative pattern (kustomize:kyaml/filesys/fsondisk.go).
func (d *disk) Glob(pattern string) ([]string, error) {
	matches, err := d.glob(pattern)
	if err != nil || filesys.IsHiddenFilePath(pattern) {
		return matches, err
	}
	return filesys.RemoveHiddenFiles(matches), nil
}

// glob follows go:path/filepath/match.go: what has no wildcard is answered as it was asked.
func (d *disk) glob(pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, err
	}
	if !strings.ContainsAny(pattern, `*?[\`) {
		if !d.Exists(pattern) {
			return nil, nil
		}
		return []string{pattern}, nil
	}
	folder, name := path.Split(pattern)
	folders := []string{cleanedFolder(folder)}
	if strings.ContainsAny(folders[0], `*?[\`) {
		var err error
		if folders, err = d.glob(folders[0]); err != nil {
			return nil, err
		}
	}
	var matches []string
	for _, folder := range folders {
		if !d.IsDir(folder) {
			continue
		}
		names, err := d.ReadDir(folder)
		if err != nil {
			continue
		}
		sort.Strings(names)
		for _, it := range names {
			if matched, _ := path.Match(name, it); matched {
				matches = append(matches, path.Join(folder, it))
			}
		}
	}
	return matches, nil
}

func cleanedFolder(folder string) string {
	switch folder {
	case "":
		return "."
	case "/":
		return folder
	}
	return strings.TrimSuffix(folder, "/")
}

func (d *disk) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	whole := d.at(name)
	if !d.FileSystem.Exists(whole) {
		missing := &fs.PathError{Op: "lstat", Path: d.firstMissing(whole), Err: noEntry{}}
		return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", whole, missing)
	}
	return d.FileSystem.CleanedAbs(whole)
}

func (d *disk) firstMissing(whole string) string {
	parts := strings.Split(strings.TrimPrefix(whole, "/"), "/")
	for at := range parts {
		if name := "/" + strings.Join(parts[:at+1], "/"); !d.FileSystem.Exists(name) {
			return name
		}
	}
	return whole
}

// The texts of a real disk's errors, which differ between the systems that Go knows.
type noEntry struct{}

func (noEntry) Error() string        { return "no such file or directory" }
func (noEntry) Is(target error) bool { return target == fs.ErrNotExist }

type isFolder struct{}

func (isFolder) Error() string { return "is a directory" }
