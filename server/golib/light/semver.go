package main

import "github.com/Masterminds/semver/v3"

type semverArgs struct {
	// Constraint may be absent: then every version that can be read satisfies it.
	Constraint string   `json:"constraint"`
	Versions   []string `json:"versions"`
}

type semverAnswer struct {
	// IsVersion: the constraint is itself a version, which Argo CD takes as a pin and never as a constraint.
	IsVersion bool `json:"isVersion"`
	// Satisfied and Valid stand in the order of the versions.
	Satisfied []bool `json:"satisfied"`
	Valid     []bool `json:"valid"`
	// Best is the highest that satisfies, as written; the first of equals. Absent where there is none.
	Best *string `json:"best,omitempty"`
}

// semverOp answers a semverAnswer, or a failure where the constraint cannot be read.
func semverOp(args semverArgs) any {
	_, err := semver.NewVersion(args.Constraint)
	answer := semverAnswer{IsVersion: err == nil, Satisfied: make([]bool, len(args.Versions)), Valid: make([]bool, len(args.Versions))}
	var constraint *semver.Constraints
	if args.Constraint != "" {
		if constraint, err = semver.NewConstraint(args.Constraint); err != nil {
			return failure{Error: err.Error(), Stage: "parse"}
		}
	}
	var best *semver.Version
	for i, text := range args.Versions {
		version, err := semver.NewVersion(text)
		if err != nil {
			continue
		}
		answer.Valid[i] = true
		answer.Satisfied[i] = constraint == nil || constraint.Check(version)
		if answer.Satisfied[i] && (best == nil || version.GreaterThan(best)) {
			best = version
		}
	}
	if best != nil {
		original := best.Original()
		answer.Best = &original
	}
	return answer
}
