// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/printer"
	"go/token"
	"path"
	"slices"
	"strings"
)

// API lists what the package in a folder exports: a sorted line for each constant, variable, function, method, type,
// field, and method of an interface. A line that goes or changes breaks somebody's program; one that comes breaks those
// alone that implement an interface of the package.
func (r *Repo) API(folder string) ([]string, error) {
	var lines []string
	for _, name := range r.GoFiles() {
		if path.Dir(name) != folder || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := r.Syntax(name)
		if err != nil {
			return nil, err
		}
		if !forLinux(file) || !ast.FileExports(file) {
			continue
		}
		for _, decl := range file.Decls {
			lines = append(lines, declared(decl)...)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines), nil
}

// forLinux reports whether a file's build constraint holds on Linux. Of what differs by the names of its files nothing is
// exported.
func forLinux(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if expr, err := constraint.Parse(comment.Text); err == nil {
				return expr.Eval(func(tag string) bool { return tag == "linux" || tag == "unix" })
			}
		}
	}
	return true
}

func declared(decl ast.Decl) []string {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		return function(decl)
	case *ast.GenDecl:
		var lines []string
		for i, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.ValueSpec:
				lines = append(lines, values(decl.Tok, i, spec)...)
			case *ast.TypeSpec:
				lines = append(lines, typed(spec)...)
			}
		}
		return lines
	}
	return nil
}

// function is a function, or a method of an exported type. What their parameters are called is not part of it.
func function(decl *ast.FuncDecl) []string {
	if decl.Recv != nil {
		receiver, _ := strings.CutPrefix(text(decl.Recv.List[0].Type), "*")
		if !token.IsExported(receiver) {
			return nil
		}
	}
	signature := *decl.Type
	signature.Params, signature.Results = unnamed(signature.Params), unnamed(signature.Results)
	return []string{text(&ast.FuncDecl{Recv: unnamed(decl.Recv), Name: decl.Name, Type: &signature})}
}

func unnamed(fields *ast.FieldList) *ast.FieldList {
	if fields == nil {
		return nil
	}
	bare := &ast.FieldList{}
	for _, field := range fields.List {
		for range max(1, len(field.Names)) {
			bare.List = append(bare.List, &ast.Field{Type: field.Type})
		}
	}
	return bare
}

// values are constants with what they are made of, and variables without it.
func values(tok token.Token, place int, spec *ast.ValueSpec) []string {
	var lines []string
	for i, name := range spec.Names {
		line := fmt.Sprintf("%s %s", tok, name.Name)
		if spec.Type != nil {
			line += " " + text(spec.Type)
		}
		switch {
		case tok == token.CONST && i < len(spec.Values):
			line += " = " + text(spec.Values[i])
		case tok == token.CONST: // goes on counting
			line += fmt.Sprintf(" = the same, number %d", place)
		}
		lines = append(lines, line)
	}
	return lines
}

// typed are a type and, of a struct or an interface, what it holds.
func typed(spec *ast.TypeSpec) []string {
	var members *ast.FieldList
	line := "type " + spec.Name.Name
	switch of := spec.Type.(type) {
	case *ast.StructType:
		line, members = line+" struct", of.Fields
	case *ast.InterfaceType:
		line, members = line+" interface", of.Methods
	default:
		if spec.Assign.IsValid() {
			line += " ="
		}
		return []string{line + " " + text(spec.Type)}
	}
	lines := []string{line}
	for _, member := range members.List {
		for _, name := range member.Names {
			lines = append(lines, line+": "+name.Name+" "+text(member.Type))
		}
		if len(member.Names) == 0 {
			lines = append(lines, line+": embedded "+text(member.Type))
		}
	}
	return lines
}

// text is a piece of source in one line.
func text(node any) string {
	var out bytes.Buffer
	if err := printer.Fprint(&out, token.NewFileSet(), node); err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
