package main

type parseTemplatesArgs struct {
	Templates []string `json:"templates"`
}

// parseTemplates answers, for each Go template, Go's parse error or null. Our own parser is tested against it.
func parseTemplates(args parseTemplatesArgs) any {
	answers := make([]*string, len(args.Templates))
	for i, text := range args.Templates {
		ready, err := base.Clone()
		if err == nil {
			_, err = ready.Parse(text)
		}
		if err != nil {
			message := err.Error()
			answers[i] = &message
		}
	}
	return answers
}
