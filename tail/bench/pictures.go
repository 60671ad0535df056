// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/plotutil"
	"gonum.org/v1/plot/vg"
)

// picture is a plot and the name of its file, without the extension.
type picture struct {
	name  string
	title string
	draw  func(*plot.Plot) error
}

const pictureWidth, pictureHeight = 22 * vg.Centimeter, 11 * vg.Centimeter

func (p picture) file() string { return filepath.Join("pictures", p.name+".png") }

// save draws the picture below the folder.
func (p picture) save(folder string) error {
	drawn := plot.New()
	drawn.Title.Text = p.title
	drawn.Title.Padding = vg.Points(8)
	if err := p.draw(drawn); err != nil {
		return fmt.Errorf("%s: %w", p.name, err)
	}
	path := filepath.Join(folder, p.file())
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return drawn.Save(pictureWidth, pictureHeight, path)
}

// barPicture shows the medians under a heading, and numbers above the bars.
func barPicture(name, title, heading string, es entries) picture {
	return picture{name, title, func(p *plot.Plot) error {
		var values plotter.Values
		var labels plotter.XYLabels
		var names []string
		for i, e := range es {
			median := e.figures[heading].median()
			values = append(values, median)
			labels.XYs = append(labels.XYs, plotter.XY{X: float64(i), Y: median})
			labels.Labels = append(labels.Labels, fmt.Sprintf("%.0f", median))
			names = append(names, e.name)
		}
		bars, err := plotter.NewBarChart(values, vg.Points(36))
		if err != nil {
			return err
		}
		bars.Color = color.RGBA{R: 70, G: 130, B: 180, A: 255}
		bars.LineStyle.Width = 0
		above, err := plotter.NewLabels(labels)
		if err != nil {
			return err
		}
		above.Offset = vg.Point{X: -vg.Points(10), Y: vg.Points(3)}
		p.Add(bars, above)
		p.NominalX(names...)
		p.Y.Label.Text, p.Y.Min = heading, 0
		p.Y.Max *= 1.08
		return nil
	}}
}

// addLine draws the i-th line of a picture.
func addLine(p *plot.Plot, i int, name string, points plotter.XYs, dots bool) error {
	line, err := plotter.NewLine(points)
	if err != nil {
		return err
	}
	line.Color, line.Width = plotutil.Color(i), vg.Points(1.5)
	p.Add(line)
	p.Legend.Add(name, line)
	if !dots {
		return nil
	}
	scatter, err := plotter.NewScatter(points)
	if err != nil {
		return err
	}
	scatter.Color = plotutil.Color(i)
	p.Add(scatter)
	return nil
}
