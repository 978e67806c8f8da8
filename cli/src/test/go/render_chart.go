// Renders a template of a Helm chart with the chart's own values, and others over them, for where there is no helm.
// Usage: render_chart CHART TEMPLATE [VALUES]
package main

import (
	"errors"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

func read(file string) map[string]interface{} {
	text, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	values := map[string]interface{}{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		log.Fatal(file, ": ", err)
	}
	return values
}

// Helm gives the chart's fields names that begin with a capital.
func capitalized(fields map[string]interface{}) map[string]interface{} {
	named := map[string]interface{}{}
	for name, value := range fields {
		named[strings.ToUpper(name[:1])+name[1:]] = value
	}
	return named
}

func toYaml(value interface{}) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	return strings.TrimSuffix(string(text), "\n")
}

func required(complaint string, value interface{}) (interface{}, error) {
	if value == nil || value == "" {
		return nil, errors.New(complaint)
	}
	return value, nil
}

// As Helm does it: maps are merged, all else is replaced.
func merge(values, over map[string]interface{}) {
	for name, value := range over {
		inner, isMap := value.(map[string]interface{})
		outer, wasMap := values[name].(map[string]interface{})
		if isMap && wasMap {
			merge(outer, inner)
		} else {
			values[name] = value
		}
	}
}

func main() {
	chart, name := os.Args[1], os.Args[2]
	values := read(filepath.Join(chart, "values.yaml"))
	if len(os.Args) > 3 {
		merge(values, read(os.Args[3]))
	}
	functions := sprig.TxtFuncMap()
	functions["toYaml"] = toYaml
	functions["required"] = required
	file := filepath.Join(chart, "templates", name)
	parsed, err := template.New(name).Funcs(functions).Option("missingkey=error").ParseFiles(file)
	if err != nil {
		log.Fatal(err)
	}
	err = parsed.Execute(os.Stdout, map[string]interface{}{
		"Release": map[string]interface{}{"Name": "stranded", "Namespace": "monitoring"},
		"Chart":   capitalized(read(filepath.Join(chart, "Chart.yaml"))),
		"Values":  values,
	})
	if err != nil {
		log.Fatal(err)
	}
}
