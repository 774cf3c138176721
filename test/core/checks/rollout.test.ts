import { expect, test } from 'vitest';
import { check, fixed } from '../../support/check.ts';

const only = [
  'rollout-unreadable',
  'rollout-spec',
  'rollout-selector',
  'rollout-template',
  'rollout-strategy',
  'rollout-step',
  'rollout-traffic-routing',
];

const rollout = (strategy: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1
${strategy}`;

test('a step that does two things', () => {
  check(
    rollout(`
  strategy:
    canary:
      steps:
        - setWeight: 20
         #^^^^^^^^^^^^^ rollout-step: Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause (spec.strategy.steps[0])
          pause: {}
`),
    { only },
  );
});

test('a weight beyond all traffic is set to it', () => {
  const text = rollout(`
  strategy:
    canary:
      steps:
        - setWeight: 120
                    #^^^ rollout-step: SetWeight needs to be between 0 and 100 (spec.strategy.steps[0].setWeight)
`);
  check(text, { only });
  expect(fixed(text, 'rollout-step')).toContain('- setWeight: 100\n');
});

test('a pause that is no duration', () => {
  check(
    rollout(`
  strategy:
    canary:
      steps:
        - pause:
            duration: 5 minutes
                     #^^^^^^^^^ rollout-step: Duration needs to be greater than 0 (spec.strategy.steps[0].pause.duration)
`),
    { only },
  );
});

test('a text where a number belongs makes the object unreadable', () => {
  check(
    rollout(`
  strategy:
    canary:
      steps:
        - setWeight: "20"
                    #^^^^ rollout-unreadable: json: cannot unmarshal string into Go struct field CanaryStep.spec.strategy.canary.steps.setWeight of type int32…
`),
    { only },
  );
});

test('a router needs both services, each told at the router', () => {
  check(
    rollout(`
  strategy:
    canary:
      trafficRouting:
     #^^^^^^^^^^^^^^ rollout-traffic-routing: Canary service and Stable service must to be set to use Traffic Routing (spec.strategy.canaryService)
        nginx:
          stableIngress: web
      stableService: web
`),
    { only },
  );
});

test('a half-typed manifest is judged by what it says', () => {
  check(
    `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  name: web
spec:
  workloadRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  strategy:
    canary:
      steps:
`,
    { only },
  );
});
