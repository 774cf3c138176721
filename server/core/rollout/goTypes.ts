/**
 * The types of the Rollouts controller's API, as Go's encoding/json sees them: what a manifest is read into (argo-rollouts v1.9.0 with
 * k8s.io/api v0.34.1). A refusal names them (`cannot unmarshal string into Go struct field CanaryStep.…setWeight of type int32`), so the
 * JSON schema of the CRD is not enough. One type a line: `name field:type field!:type …`; `Embedded/field` is a field of an embedded
 * struct, which Go's message names too; `!` is a field that is written even when it is empty. Fields stand in Go's order.
 */
export type GoType =
  | { readonly kind: 'string' | 'bool' | 'float' | 'any'; readonly text: string }
  | { readonly kind: 'int'; readonly bits: 32 | 64; readonly text: string }
  | { readonly kind: 'pointer'; readonly to: GoType; readonly text: string }
  | { readonly kind: 'slice' | 'map'; readonly of: GoType; readonly text: string }
  /** A struct of the table. */
  | { readonly kind: 'struct'; readonly name: string; readonly text: string }
  /** A type that reads itself: `decode.ts` knows how. */
  | { readonly kind: 'reader'; readonly name: string; readonly text: string };

export interface Struct {
  readonly exact: ReadonlyMap<string, StructField>;
  /** By lower-cased name. */
  readonly folded: ReadonlyMap<string, StructField>;
}

export interface StructField {
  readonly name: string;
  /** Go names of the embedded structs on the way to the field. */
  readonly embedded: readonly string[];
  /** Written to JSON even when it has its zero value (no `omitempty`). */
  readonly always: boolean;
  readonly type: GoType;
}

export function typeNamed(text: string): GoType {
  return typesByText.get(text) ?? remember(typesByText, text, parseType(text));
}

/** Throws for a name that is not in the table, which only a mistake in the table can cause. */
export function structOf(name: string): Struct {
  return structsByName.get(name) ?? remember(structsByName, name, parseStruct(name));
}

// Tables are parsed on first use; what is kept is derived from constants alone.
const typesByText = new Map<string, GoType>();
const structsByName = new Map<string, Struct>();

function remember<V>(memory: Map<string, V>, key: string, value: V): V {
  memory.set(key, value);
  return value;
}

function parseType(text: string): GoType {
  if (text.startsWith('*')) return { kind: 'pointer', to: typeNamed(text.slice(1)), text };
  if (text.startsWith('[]')) return { kind: 'slice', of: typeNamed(text.slice(2)), text };
  if (text.startsWith('map[')) return { kind: 'map', of: typeNamed(text.slice(text.indexOf(']') + 1)), text };
  if (text === 'v1.ResourceList') return { kind: 'map', of: typeNamed('resource.Quantity'), text };
  if (text === 'string' || text === 'bool' || text === 'any') return { kind: text, text };
  if (text === 'float64') return { kind: 'float', text };
  if (text === 'int32' || text === 'int64' || text === 'int')
    return { kind: 'int', bits: text === 'int32' ? 32 : 64, text };
  if (selfReading.has(text)) return { kind: 'reader', name: text, text };
  if (lines.has(text)) return { kind: 'struct', name: text, text };
  // Every other named type of these APIs is a string.
  return { kind: 'string', text };
}

function parseStruct(name: string): Struct {
  const line = lines.get(name);
  if (line === undefined) throw new Error(`${name} is missing in the table of Go types`);
  const fields = line
    .split(' ')
    .filter(it => it !== '')
    .map(parseField);
  return {
    exact: new Map(fields.map(it => [it.name, it])),
    folded: new Map(fields.map(it => [it.name.toLowerCase(), it])),
  };
}

function parseField(text: string): StructField {
  const colon = text.indexOf(':');
  const names = text.slice(0, colon).split('/');
  const name = names.at(-1) ?? '';
  const always = name.endsWith('!');
  return {
    name: always ? name.slice(0, -1) : name,
    embedded: names.slice(0, -1),
    always,
    type: typeNamed(text.slice(colon + 1)),
  };
}

const selfReading: ReadonlySet<string> = new Set([
  'intstr.IntOrString',
  'resource.Quantity',
  'v1.Time',
  'v1.FieldsV1',
  'json.RawMessage',
]);

const table = `
v1alpha1.Rollout TypeMeta/kind:string TypeMeta/apiVersion:string metadata:v1.ObjectMeta spec!:v1alpha1.RolloutSpec status:v1alpha1.RolloutStatus
v1alpha1.AnalysisTemplate TypeMeta/kind:string TypeMeta/apiVersion:string metadata:v1.ObjectMeta spec!:v1alpha1.AnalysisTemplateSpec
v1alpha1.ClusterAnalysisTemplate TypeMeta/kind:string TypeMeta/apiVersion:string metadata:v1.ObjectMeta spec!:v1alpha1.AnalysisTemplateSpec
v1.ObjectMeta name:string generateName:string namespace:string selfLink:string uid:types.UID resourceVersion:string generation:int64 creationTimestamp:v1.Time deletionTimestamp:*v1.Time deletionGracePeriodSeconds:*int64 labels:map[string]string annotations:map[string]string ownerReferences:[]v1.OwnerReference finalizers:[]string managedFields:[]v1.ManagedFieldsEntry
v1alpha1.RolloutSpec replicas:*int32 selector!:*v1.LabelSelector template!:v1.PodTemplateSpec workloadRef:*v1alpha1.ObjectRef minReadySeconds:int32 rollbackWindow:*v1alpha1.RollbackWindowSpec strategy!:v1alpha1.RolloutStrategy revisionHistoryLimit:*int32 paused:bool progressDeadlineSeconds:*int32 progressDeadlineAbort:bool restartAt:*v1.Time analysis:*v1alpha1.AnalysisRunStrategy
v1alpha1.RolloutStatus abort:bool pauseConditions:[]v1alpha1.PauseCondition controllerPause:bool abortedAt:*v1.Time currentPodHash:string currentStepHash:string replicas:int32 updatedReplicas:int32 readyReplicas:int32 availableReplicas:int32 currentStepIndex:*int32 collisionCount:*int32 observedGeneration:string conditions:[]v1alpha1.RolloutCondition canary:v1alpha1.CanaryStatus blueGreen:v1alpha1.BlueGreenStatus HPAReplicas:int32 selector:string stableRS:string restartedAt:*v1.Time promoteFull:bool phase:v1alpha1.RolloutPhase message:string workloadObservedGeneration:string alb:*v1alpha1.ALBStatus albs:[]v1alpha1.ALBStatus
v1alpha1.AnalysisTemplateSpec metrics:[]v1alpha1.Metric args:[]v1alpha1.Argument dryRun:[]v1alpha1.DryRun measurementRetention:[]v1alpha1.MeasurementRetention templates:[]v1alpha1.AnalysisTemplateRef
v1.OwnerReference apiVersion!:string kind!:string name!:string uid!:types.UID controller:*bool blockOwnerDeletion:*bool
v1.ManagedFieldsEntry manager:string operation:v1.ManagedFieldsOperationType apiVersion:string time:*v1.Time fieldsType:string fieldsV1:*v1.FieldsV1 subresource:string
v1.LabelSelector matchLabels:map[string]string matchExpressions:[]v1.LabelSelectorRequirement
v1.PodTemplateSpec metadata:v1.ObjectMeta spec:v1.PodSpec
v1alpha1.ObjectRef apiVersion:string kind:string name:string scaleDown:string
v1alpha1.RollbackWindowSpec revisions:int32
v1alpha1.RolloutStrategy blueGreen:*v1alpha1.BlueGreenStrategy canary:*v1alpha1.CanaryStrategy
v1alpha1.AnalysisRunStrategy successfulRunHistoryLimit:*int32 unsuccessfulRunHistoryLimit:*int32
v1alpha1.PauseCondition reason!:v1alpha1.PauseReason startTime!:v1.Time
v1alpha1.RolloutCondition type!:v1alpha1.RolloutConditionType status!:v1.ConditionStatus lastUpdateTime!:v1.Time lastTransitionTime!:v1.Time reason!:string message!:string
v1alpha1.CanaryStatus currentStepAnalysisRunStatus:*v1alpha1.RolloutAnalysisRunStatus currentBackgroundAnalysisRunStatus:*v1alpha1.RolloutAnalysisRunStatus currentExperiment:string weights:*v1alpha1.TrafficWeights stablePingPong:v1alpha1.PingPongType stepPluginStatuses:[]v1alpha1.StepPluginStatus
v1alpha1.BlueGreenStatus previewSelector:string activeSelector:string scaleUpPreviewCheckPoint:bool prePromotionAnalysisRunStatus:*v1alpha1.RolloutAnalysisRunStatus postPromotionAnalysisRunStatus:*v1alpha1.RolloutAnalysisRunStatus
v1alpha1.ALBStatus loadBalancer:v1alpha1.AwsResourceRef canaryTargetGroup:v1alpha1.AwsResourceRef stableTargetGroup:v1alpha1.AwsResourceRef ingress:string
v1alpha1.Metric name!:string interval:v1alpha1.DurationString initialDelay:v1alpha1.DurationString count:*intstr.IntOrString successCondition:string failureCondition:string failureLimit:*intstr.IntOrString inconclusiveLimit:*intstr.IntOrString consecutiveErrorLimit:*intstr.IntOrString provider!:v1alpha1.MetricProvider consecutiveSuccessLimit:*intstr.IntOrString
v1alpha1.Argument name!:string value:*string valueFrom:*v1alpha1.ValueFrom
v1alpha1.DryRun metricName!:string
v1alpha1.MeasurementRetention metricName!:string limit!:int32
v1alpha1.AnalysisTemplateRef templateName!:string clusterScope:*bool
v1.LabelSelectorRequirement key!:string operator!:v1.LabelSelectorOperator values:[]string
v1.PodSpec volumes:[]v1.Volume initContainers:[]v1.Container containers!:[]v1.Container ephemeralContainers:[]v1.EphemeralContainer restartPolicy:v1.RestartPolicy terminationGracePeriodSeconds:*int64 activeDeadlineSeconds:*int64 dnsPolicy:v1.DNSPolicy nodeSelector:map[string]string serviceAccountName:string serviceAccount:string automountServiceAccountToken:*bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:*bool securityContext:*v1.PodSecurityContext imagePullSecrets:[]v1.LocalObjectReference hostname:string subdomain:string affinity:*v1.Affinity schedulerName:string tolerations:[]v1.Toleration hostAliases:[]v1.HostAlias priorityClassName:string priority:*int32 dnsConfig:*v1.PodDNSConfig readinessGates:[]v1.PodReadinessGate runtimeClassName:*string enableServiceLinks:*bool preemptionPolicy:*v1.PreemptionPolicy overhead:v1.ResourceList topologySpreadConstraints:[]v1.TopologySpreadConstraint setHostnameAsFQDN:*bool os:*v1.PodOS hostUsers:*bool schedulingGates:[]v1.PodSchedulingGate resourceClaims:[]v1.PodResourceClaim resources:*v1.ResourceRequirements hostnameOverride:*string
v1alpha1.BlueGreenStrategy activeService!:string previewService:string previewReplicaCount:*int32 autoPromotionEnabled:*bool autoPromotionSeconds:int32 maxUnavailable:*intstr.IntOrString scaleDownDelaySeconds:*int32 scaleDownDelayRevisionLimit:*int32 prePromotionAnalysis:*v1alpha1.RolloutAnalysis antiAffinity:*v1alpha1.AntiAffinity postPromotionAnalysis:*v1alpha1.RolloutAnalysis previewMetadata:*v1alpha1.PodTemplateMetadata activeMetadata:*v1alpha1.PodTemplateMetadata abortScaleDownDelaySeconds:*int32
v1alpha1.CanaryStrategy canaryService:string stableService:string steps:[]v1alpha1.CanaryStep trafficRouting:*v1alpha1.RolloutTrafficRouting maxUnavailable:*intstr.IntOrString maxSurge:*intstr.IntOrString analysis:*v1alpha1.RolloutAnalysisBackground antiAffinity:*v1alpha1.AntiAffinity canaryMetadata:*v1alpha1.PodTemplateMetadata stableMetadata:*v1alpha1.PodTemplateMetadata scaleDownDelaySeconds:*int32 scaleDownDelayRevisionLimit:*int32 abortScaleDownDelaySeconds:*int32 dynamicStableScale:bool pingPong:*v1alpha1.PingPongSpec minPodsPerReplicaSet:*int32 replicaProgressThreshold:*v1alpha1.ReplicaProgressThreshold
v1alpha1.RolloutAnalysisRunStatus name!:string status!:v1alpha1.AnalysisPhase message:string
v1alpha1.TrafficWeights canary!:v1alpha1.WeightDestination stable!:v1alpha1.WeightDestination additional:[]v1alpha1.WeightDestination verified:*bool
v1alpha1.StepPluginStatus index!:int32 name!:string operation!:v1alpha1.StepPluginOperation phase:v1alpha1.StepPluginPhase message:string startedAt:*v1.Time updatedAt:*v1.Time finishedAt:*v1.Time backoff:v1alpha1.DurationString executions:int32 disabled:bool status:json.RawMessage
v1alpha1.AwsResourceRef name!:string arn!:string fullName!:string
v1alpha1.MetricProvider prometheus:*v1alpha1.PrometheusMetric kayenta:*v1alpha1.KayentaMetric web:*v1alpha1.WebMetric datadog:*v1alpha1.DatadogMetric wavefront:*v1alpha1.WavefrontMetric newRelic:*v1alpha1.NewRelicMetric job:*v1alpha1.JobMetric cloudWatch:*v1alpha1.CloudWatchMetric graphite:*v1alpha1.GraphiteMetric influxdb:*v1alpha1.InfluxdbMetric skywalking:*v1alpha1.SkyWalkingMetric plugin:map[string]json.RawMessage
v1alpha1.ValueFrom secretKeyRef:*v1alpha1.SecretKeyRef fieldRef:*v1alpha1.FieldRef
v1.Volume name!:string VolumeSource/hostPath:*v1.HostPathVolumeSource VolumeSource/emptyDir:*v1.EmptyDirVolumeSource VolumeSource/gcePersistentDisk:*v1.GCEPersistentDiskVolumeSource VolumeSource/awsElasticBlockStore:*v1.AWSElasticBlockStoreVolumeSource VolumeSource/gitRepo:*v1.GitRepoVolumeSource VolumeSource/secret:*v1.SecretVolumeSource VolumeSource/nfs:*v1.NFSVolumeSource VolumeSource/iscsi:*v1.ISCSIVolumeSource VolumeSource/glusterfs:*v1.GlusterfsVolumeSource VolumeSource/persistentVolumeClaim:*v1.PersistentVolumeClaimVolumeSource VolumeSource/rbd:*v1.RBDVolumeSource VolumeSource/flexVolume:*v1.FlexVolumeSource VolumeSource/cinder:*v1.CinderVolumeSource VolumeSource/cephfs:*v1.CephFSVolumeSource VolumeSource/flocker:*v1.FlockerVolumeSource VolumeSource/downwardAPI:*v1.DownwardAPIVolumeSource VolumeSource/fc:*v1.FCVolumeSource VolumeSource/azureFile:*v1.AzureFileVolumeSource VolumeSource/configMap:*v1.ConfigMapVolumeSource VolumeSource/vsphereVolume:*v1.VsphereVirtualDiskVolumeSource VolumeSource/quobyte:*v1.QuobyteVolumeSource VolumeSource/azureDisk:*v1.AzureDiskVolumeSource VolumeSource/photonPersistentDisk:*v1.PhotonPersistentDiskVolumeSource VolumeSource/projected:*v1.ProjectedVolumeSource VolumeSource/portworxVolume:*v1.PortworxVolumeSource VolumeSource/scaleIO:*v1.ScaleIOVolumeSource VolumeSource/storageos:*v1.StorageOSVolumeSource VolumeSource/csi:*v1.CSIVolumeSource VolumeSource/ephemeral:*v1.EphemeralVolumeSource VolumeSource/image:*v1.ImageVolumeSource
v1.Container name!:string image:string command:[]string args:[]string workingDir:string ports:[]v1.ContainerPort envFrom:[]v1.EnvFromSource env:[]v1.EnvVar resources:v1.ResourceRequirements resizePolicy:[]v1.ContainerResizePolicy restartPolicy:*v1.ContainerRestartPolicy restartPolicyRules:[]v1.ContainerRestartRule volumeMounts:[]v1.VolumeMount volumeDevices:[]v1.VolumeDevice livenessProbe:*v1.Probe readinessProbe:*v1.Probe startupProbe:*v1.Probe lifecycle:*v1.Lifecycle terminationMessagePath:string terminationMessagePolicy:v1.TerminationMessagePolicy imagePullPolicy:v1.PullPolicy securityContext:*v1.SecurityContext stdin:bool stdinOnce:bool tty:bool
v1.EphemeralContainer EphemeralContainerCommon/name!:string EphemeralContainerCommon/image:string EphemeralContainerCommon/command:[]string EphemeralContainerCommon/args:[]string EphemeralContainerCommon/workingDir:string EphemeralContainerCommon/ports:[]v1.ContainerPort EphemeralContainerCommon/envFrom:[]v1.EnvFromSource EphemeralContainerCommon/env:[]v1.EnvVar EphemeralContainerCommon/resources:v1.ResourceRequirements EphemeralContainerCommon/resizePolicy:[]v1.ContainerResizePolicy EphemeralContainerCommon/restartPolicy:*v1.ContainerRestartPolicy EphemeralContainerCommon/restartPolicyRules:[]v1.ContainerRestartRule EphemeralContainerCommon/volumeMounts:[]v1.VolumeMount EphemeralContainerCommon/volumeDevices:[]v1.VolumeDevice EphemeralContainerCommon/livenessProbe:*v1.Probe EphemeralContainerCommon/readinessProbe:*v1.Probe EphemeralContainerCommon/startupProbe:*v1.Probe EphemeralContainerCommon/lifecycle:*v1.Lifecycle EphemeralContainerCommon/terminationMessagePath:string EphemeralContainerCommon/terminationMessagePolicy:v1.TerminationMessagePolicy EphemeralContainerCommon/imagePullPolicy:v1.PullPolicy EphemeralContainerCommon/securityContext:*v1.SecurityContext EphemeralContainerCommon/stdin:bool EphemeralContainerCommon/stdinOnce:bool EphemeralContainerCommon/tty:bool targetContainerName:string
v1.PodSecurityContext seLinuxOptions:*v1.SELinuxOptions windowsOptions:*v1.WindowsSecurityContextOptions runAsUser:*int64 runAsGroup:*int64 runAsNonRoot:*bool supplementalGroups:[]int64 supplementalGroupsPolicy:*v1.SupplementalGroupsPolicy fsGroup:*int64 sysctls:[]v1.Sysctl fsGroupChangePolicy:*v1.PodFSGroupChangePolicy seccompProfile:*v1.SeccompProfile appArmorProfile:*v1.AppArmorProfile seLinuxChangePolicy:*v1.PodSELinuxChangePolicy
v1.LocalObjectReference name:string
v1.Affinity nodeAffinity:*v1.NodeAffinity podAffinity:*v1.PodAffinity podAntiAffinity:*v1.PodAntiAffinity
v1.Toleration key:string operator:v1.TolerationOperator value:string effect:v1.TaintEffect tolerationSeconds:*int64
v1.HostAlias ip!:string hostnames:[]string
v1.PodDNSConfig nameservers:[]string searches:[]string options:[]v1.PodDNSConfigOption
v1.PodReadinessGate conditionType!:v1.PodConditionType
v1.TopologySpreadConstraint maxSkew!:int32 topologyKey!:string whenUnsatisfiable!:v1.UnsatisfiableConstraintAction labelSelector:*v1.LabelSelector minDomains:*int32 nodeAffinityPolicy:*v1.NodeInclusionPolicy nodeTaintsPolicy:*v1.NodeInclusionPolicy matchLabelKeys:[]string
v1.PodOS name!:v1.OSName
v1.PodSchedulingGate name!:string
v1.PodResourceClaim name!:string resourceClaimName:*string resourceClaimTemplateName:*string
v1.ResourceRequirements limits:v1.ResourceList requests:v1.ResourceList claims:[]v1.ResourceClaim
v1alpha1.RolloutAnalysis templates:[]v1alpha1.AnalysisTemplateRef args:[]v1alpha1.AnalysisRunArgument dryRun:[]v1alpha1.DryRun measurementRetention:[]v1alpha1.MeasurementRetention analysisRunMetadata:*v1alpha1.AnalysisRunMetadata
v1alpha1.AntiAffinity preferredDuringSchedulingIgnoredDuringExecution:*v1alpha1.PreferredDuringSchedulingIgnoredDuringExecution requiredDuringSchedulingIgnoredDuringExecution:*v1alpha1.RequiredDuringSchedulingIgnoredDuringExecution
v1alpha1.PodTemplateMetadata labels:map[string]string annotations:map[string]string
v1alpha1.CanaryStep setWeight:*int32 pause:*v1alpha1.RolloutPause experiment:*v1alpha1.RolloutExperimentStep analysis:*v1alpha1.RolloutAnalysis setCanaryScale:*v1alpha1.SetCanaryScale setHeaderRoute:*v1alpha1.SetHeaderRoute setMirrorRoute:*v1alpha1.SetMirrorRoute plugin:*v1alpha1.PluginStep
v1alpha1.RolloutTrafficRouting istio:*v1alpha1.IstioTrafficRouting nginx:*v1alpha1.NginxTrafficRouting alb:*v1alpha1.ALBTrafficRouting smi:*v1alpha1.SMITrafficRouting ambassador:*v1alpha1.AmbassadorTrafficRouting appMesh:*v1alpha1.AppMeshTrafficRouting traefik:*v1alpha1.TraefikTrafficRouting managedRoutes:[]v1alpha1.MangedRoutes apisix:*v1alpha1.ApisixTrafficRouting plugins:map[string]json.RawMessage maxTrafficWeight:*int32
v1alpha1.RolloutAnalysisBackground RolloutAnalysis/templates:[]v1alpha1.AnalysisTemplateRef RolloutAnalysis/args:[]v1alpha1.AnalysisRunArgument RolloutAnalysis/dryRun:[]v1alpha1.DryRun RolloutAnalysis/measurementRetention:[]v1alpha1.MeasurementRetention RolloutAnalysis/analysisRunMetadata:*v1alpha1.AnalysisRunMetadata startingStep:*int32
v1alpha1.PingPongSpec pingService!:string pongService!:string
v1alpha1.ReplicaProgressThreshold type!:v1alpha1.ProgressType value!:int32
v1alpha1.WeightDestination weight!:int32 serviceName:string podTemplateHash:string
v1alpha1.PrometheusMetric address:string query:string authentication:v1alpha1.Authentication timeout:*int64 insecure:bool headers:[]v1alpha1.WebMetricHeader rangeQuery:*v1alpha1.PrometheusRangeQueryArgs
v1alpha1.KayentaMetric address!:string application!:string canaryConfigName!:string metricsAccountName!:string configurationAccountName!:string storageAccountName!:string threshold!:v1alpha1.KayentaThreshold scopes!:[]v1alpha1.KayentaScope lookback:bool
v1alpha1.WebMetric method:v1alpha1.WebMetricMethod url!:string headers:[]v1alpha1.WebMetricHeader body:string timeoutSeconds:int64 jsonPath:string insecure:bool jsonBody:json.RawMessage authentication:v1alpha1.Authentication
v1alpha1.DatadogMetric interval:v1alpha1.DurationString query:string queries:map[string]string formula:string apiVersion:string aggregator:string secretRef:v1alpha1.SecretRef
v1alpha1.WavefrontMetric address:string query:string
v1alpha1.NewRelicMetric profile:string query!:string timeout:*int64
v1alpha1.JobMetric metadata:v1.ObjectMeta spec!:v1.JobSpec
v1alpha1.CloudWatchMetric interval:v1alpha1.DurationString metricDataQueries!:[]v1alpha1.CloudWatchMetricDataQuery
v1alpha1.GraphiteMetric address:string query:string
v1alpha1.InfluxdbMetric profile:string query:string
v1alpha1.SkyWalkingMetric address:string query:string interval:v1alpha1.DurationString
v1alpha1.SecretKeyRef name!:string key!:string
v1alpha1.FieldRef fieldPath!:string
v1.HostPathVolumeSource path!:string type:*v1.HostPathType
v1.EmptyDirVolumeSource medium:v1.StorageMedium sizeLimit:*resource.Quantity
v1.GCEPersistentDiskVolumeSource pdName!:string fsType:string partition:int32 readOnly:bool
v1.AWSElasticBlockStoreVolumeSource volumeID!:string fsType:string partition:int32 readOnly:bool
v1.GitRepoVolumeSource repository!:string revision:string directory:string
v1.SecretVolumeSource secretName:string items:[]v1.KeyToPath defaultMode:*int32 optional:*bool
v1.NFSVolumeSource server!:string path!:string readOnly:bool
v1.ISCSIVolumeSource targetPortal!:string iqn!:string lun!:int32 iscsiInterface:string fsType:string readOnly:bool portals:[]string chapAuthDiscovery:bool chapAuthSession:bool secretRef:*v1.LocalObjectReference initiatorName:*string
v1.GlusterfsVolumeSource endpoints!:string path!:string readOnly:bool
v1.PersistentVolumeClaimVolumeSource claimName!:string readOnly:bool
v1.RBDVolumeSource monitors!:[]string image!:string fsType:string pool:string user:string keyring:string secretRef:*v1.LocalObjectReference readOnly:bool
v1.FlexVolumeSource driver!:string fsType:string secretRef:*v1.LocalObjectReference readOnly:bool options:map[string]string
v1.CinderVolumeSource volumeID!:string fsType:string readOnly:bool secretRef:*v1.LocalObjectReference
v1.CephFSVolumeSource monitors!:[]string path:string user:string secretFile:string secretRef:*v1.LocalObjectReference readOnly:bool
v1.FlockerVolumeSource datasetName:string datasetUUID:string
v1.DownwardAPIVolumeSource items:[]v1.DownwardAPIVolumeFile defaultMode:*int32
v1.FCVolumeSource targetWWNs:[]string lun:*int32 fsType:string readOnly:bool wwids:[]string
v1.AzureFileVolumeSource secretName!:string shareName!:string readOnly:bool
v1.ConfigMapVolumeSource LocalObjectReference/name:string items:[]v1.KeyToPath defaultMode:*int32 optional:*bool
v1.VsphereVirtualDiskVolumeSource volumePath!:string fsType:string storagePolicyName:string storagePolicyID:string
v1.QuobyteVolumeSource registry!:string volume!:string readOnly:bool user:string group:string tenant:string
v1.AzureDiskVolumeSource diskName!:string diskURI!:string cachingMode:*v1.AzureDataDiskCachingMode fsType:*string readOnly:*bool kind:*v1.AzureDataDiskKind
v1.PhotonPersistentDiskVolumeSource pdID!:string fsType:string
v1.ProjectedVolumeSource sources!:[]v1.VolumeProjection defaultMode:*int32
v1.PortworxVolumeSource volumeID!:string fsType:string readOnly:bool
v1.ScaleIOVolumeSource gateway!:string system!:string secretRef!:*v1.LocalObjectReference sslEnabled:bool protectionDomain:string storagePool:string storageMode:string volumeName:string fsType:string readOnly:bool
v1.StorageOSVolumeSource volumeName:string volumeNamespace:string fsType:string readOnly:bool secretRef:*v1.LocalObjectReference
v1.CSIVolumeSource driver!:string readOnly:*bool fsType:*string volumeAttributes:map[string]string nodePublishSecretRef:*v1.LocalObjectReference
v1.EphemeralVolumeSource volumeClaimTemplate:*v1.PersistentVolumeClaimTemplate
v1.ImageVolumeSource reference:string pullPolicy:v1.PullPolicy
v1.ContainerPort name:string hostPort:int32 containerPort!:int32 protocol:v1.Protocol hostIP:string
v1.EnvFromSource prefix:string configMapRef:*v1.ConfigMapEnvSource secretRef:*v1.SecretEnvSource
v1.EnvVar name!:string value:string valueFrom:*v1.EnvVarSource
v1.ContainerResizePolicy resourceName!:v1.ResourceName restartPolicy!:v1.ResourceResizeRestartPolicy
v1.ContainerRestartRule action:v1.ContainerRestartRuleAction exitCodes:*v1.ContainerRestartRuleOnExitCodes
v1.VolumeMount name!:string readOnly:bool recursiveReadOnly:*v1.RecursiveReadOnlyMode mountPath!:string subPath:string mountPropagation:*v1.MountPropagationMode subPathExpr:string
v1.VolumeDevice name!:string devicePath!:string
v1.Probe ProbeHandler/exec:*v1.ExecAction ProbeHandler/httpGet:*v1.HTTPGetAction ProbeHandler/tcpSocket:*v1.TCPSocketAction ProbeHandler/grpc:*v1.GRPCAction initialDelaySeconds:int32 timeoutSeconds:int32 periodSeconds:int32 successThreshold:int32 failureThreshold:int32 terminationGracePeriodSeconds:*int64
v1.Lifecycle postStart:*v1.LifecycleHandler preStop:*v1.LifecycleHandler stopSignal:*v1.Signal
v1.SecurityContext capabilities:*v1.Capabilities privileged:*bool seLinuxOptions:*v1.SELinuxOptions windowsOptions:*v1.WindowsSecurityContextOptions runAsUser:*int64 runAsGroup:*int64 runAsNonRoot:*bool readOnlyRootFilesystem:*bool allowPrivilegeEscalation:*bool procMount:*v1.ProcMountType seccompProfile:*v1.SeccompProfile appArmorProfile:*v1.AppArmorProfile
v1.SELinuxOptions user:string role:string type:string level:string
v1.WindowsSecurityContextOptions gmsaCredentialSpecName:*string gmsaCredentialSpec:*string runAsUserName:*string hostProcess:*bool
v1.Sysctl name!:string value!:string
v1.SeccompProfile type!:v1.SeccompProfileType localhostProfile:*string
v1.AppArmorProfile type!:v1.AppArmorProfileType localhostProfile:*string
v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:*v1.NodeSelector preferredDuringSchedulingIgnoredDuringExecution:[]v1.PreferredSchedulingTerm
v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[]v1.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution:[]v1.WeightedPodAffinityTerm
v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[]v1.PodAffinityTerm preferredDuringSchedulingIgnoredDuringExecution:[]v1.WeightedPodAffinityTerm
v1.PodDNSConfigOption name:string value:*string
v1.ResourceClaim name!:string request:string
v1alpha1.AnalysisRunArgument name!:string value:string valueFrom:*v1alpha1.ArgumentValueFrom
v1alpha1.AnalysisRunMetadata labels:map[string]string annotations:map[string]string
v1alpha1.PreferredDuringSchedulingIgnoredDuringExecution weight!:int32
v1alpha1.RequiredDuringSchedulingIgnoredDuringExecution 
v1alpha1.RolloutPause duration:*intstr.IntOrString
v1alpha1.RolloutExperimentStep templates!:[]v1alpha1.RolloutExperimentTemplate duration:v1alpha1.DurationString analyses:[]v1alpha1.RolloutExperimentStepAnalysisTemplateRef dryRun:[]v1alpha1.DryRun analysisRunMetadata:v1alpha1.AnalysisRunMetadata scaleDownDelaySeconds:*int32
v1alpha1.SetCanaryScale weight:*int32 replicas:*int32 matchTrafficWeight:bool
v1alpha1.SetHeaderRoute name:string match:[]v1alpha1.HeaderRoutingMatch
v1alpha1.SetMirrorRoute name!:string match:[]v1alpha1.RouteMatch percentage:*int32
v1alpha1.PluginStep name!:string config:json.RawMessage
v1alpha1.IstioTrafficRouting virtualService:*v1alpha1.IstioVirtualService destinationRule:*v1alpha1.IstioDestinationRule virtualServices:[]v1alpha1.IstioVirtualService
v1alpha1.NginxTrafficRouting annotationPrefix:string stableIngress:string additionalIngressAnnotations:map[string]string stableIngresses:[]string canaryIngressAnnotations:map[string]string
v1alpha1.ALBTrafficRouting ingress:string servicePort!:int32 rootService:string annotationPrefix:string stickinessConfig:*v1alpha1.StickinessConfig ingresses:[]string
v1alpha1.SMITrafficRouting rootService:string trafficSplitName:string
v1alpha1.AmbassadorTrafficRouting mappings!:[]string
v1alpha1.AppMeshTrafficRouting virtualService:*v1alpha1.AppMeshVirtualService virtualNodeGroup:*v1alpha1.AppMeshVirtualNodeGroup
v1alpha1.TraefikTrafficRouting weightedTraefikServiceName!:string
v1alpha1.MangedRoutes name!:string
v1alpha1.ApisixTrafficRouting route:*v1alpha1.ApisixRoute
v1alpha1.Authentication sigv4:v1alpha1.Sigv4Config oauth2:v1alpha1.OAuth2Config
v1alpha1.WebMetricHeader key!:string value!:string
v1alpha1.PrometheusRangeQueryArgs start:string end:string step:v1alpha1.DurationString
v1alpha1.KayentaThreshold pass!:int64 marginal!:int64
v1alpha1.KayentaScope name!:string controlScope!:v1alpha1.ScopeDetail experimentScope!:v1alpha1.ScopeDetail
v1alpha1.SecretRef name:string namespaced:bool
v1.JobSpec parallelism:*int32 completions:*int32 activeDeadlineSeconds:*int64 podFailurePolicy:*v1.PodFailurePolicy successPolicy:*v1.SuccessPolicy backoffLimit:*int32 backoffLimitPerIndex:*int32 maxFailedIndexes:*int32 selector:*v1.LabelSelector manualSelector:*bool template!:v1.PodTemplateSpec ttlSecondsAfterFinished:*int32 completionMode:*v1.CompletionMode suspend:*bool podReplacementPolicy:*v1.PodReplacementPolicy managedBy:*string
v1alpha1.CloudWatchMetricDataQuery id:string expression:*string label:*string metricStat:*v1alpha1.CloudWatchMetricStat period:*intstr.IntOrString returnData:*bool
v1.KeyToPath key!:string path!:string mode:*int32
v1.DownwardAPIVolumeFile path!:string fieldRef:*v1.ObjectFieldSelector resourceFieldRef:*v1.ResourceFieldSelector mode:*int32
v1.VolumeProjection secret:*v1.SecretProjection downwardAPI:*v1.DownwardAPIProjection configMap:*v1.ConfigMapProjection serviceAccountToken:*v1.ServiceAccountTokenProjection clusterTrustBundle:*v1.ClusterTrustBundleProjection podCertificate:*v1.PodCertificateProjection
v1.PersistentVolumeClaimTemplate metadata:v1.ObjectMeta spec!:v1.PersistentVolumeClaimSpec
v1.ConfigMapEnvSource LocalObjectReference/name:string optional:*bool
v1.SecretEnvSource LocalObjectReference/name:string optional:*bool
v1.EnvVarSource fieldRef:*v1.ObjectFieldSelector resourceFieldRef:*v1.ResourceFieldSelector configMapKeyRef:*v1.ConfigMapKeySelector secretKeyRef:*v1.SecretKeySelector fileKeyRef:*v1.FileKeySelector
v1.ContainerRestartRuleOnExitCodes operator:v1.ContainerRestartRuleOnExitCodesOperator values:[]int32
v1.ExecAction command:[]string
v1.HTTPGetAction path:string port!:intstr.IntOrString host:string scheme:v1.URIScheme httpHeaders:[]v1.HTTPHeader
v1.TCPSocketAction port!:intstr.IntOrString host:string
v1.GRPCAction port!:int32 service!:*string
v1.LifecycleHandler exec:*v1.ExecAction httpGet:*v1.HTTPGetAction tcpSocket:*v1.TCPSocketAction sleep:*v1.SleepAction
v1.Capabilities add:[]v1.Capability drop:[]v1.Capability
v1.NodeSelector nodeSelectorTerms!:[]v1.NodeSelectorTerm
v1.PreferredSchedulingTerm weight!:int32 preference!:v1.NodeSelectorTerm
v1.PodAffinityTerm labelSelector:*v1.LabelSelector namespaces:[]string topologyKey!:string namespaceSelector:*v1.LabelSelector matchLabelKeys:[]string mismatchLabelKeys:[]string
v1.WeightedPodAffinityTerm weight!:int32 podAffinityTerm!:v1.PodAffinityTerm
v1alpha1.ArgumentValueFrom podTemplateHashValue:*v1alpha1.ValueFromPodTemplateHash fieldRef:*v1alpha1.FieldRef
v1alpha1.RolloutExperimentTemplate name!:string specRef!:v1alpha1.ReplicaSetSpecRef replicas:*int32 metadata:v1alpha1.PodTemplateMetadata selector:*v1.LabelSelector weight:*int32 service:*v1alpha1.TemplateService
v1alpha1.RolloutExperimentStepAnalysisTemplateRef name!:string templateName!:string clusterScope:*bool args:[]v1alpha1.AnalysisRunArgument requiredForCompletion:bool
v1alpha1.HeaderRoutingMatch headerName!:string headerValue!:*v1alpha1.StringMatch
v1alpha1.RouteMatch method:*v1alpha1.StringMatch path:*v1alpha1.StringMatch headers:map[string]v1alpha1.StringMatch
v1alpha1.IstioVirtualService name!:string routes:[]string tlsRoutes:[]v1alpha1.TLSRoute tcpRoutes:[]v1alpha1.TCPRoute
v1alpha1.IstioDestinationRule name!:string canarySubsetName!:string stableSubsetName!:string additionalSubsetNames:[]string
v1alpha1.StickinessConfig enabled!:bool durationSeconds!:int64
v1alpha1.AppMeshVirtualService name!:string routes:[]string
v1alpha1.AppMeshVirtualNodeGroup canaryVirtualNodeRef!:*v1alpha1.AppMeshVirtualNodeReference stableVirtualNodeRef!:*v1alpha1.AppMeshVirtualNodeReference
v1alpha1.ApisixRoute name!:string rules:[]string
v1alpha1.Sigv4Config region:string profile:string roleArn:string
v1alpha1.OAuth2Config tokenUrl:string clientId:string clientSecret:string scopes:[]string
v1alpha1.ScopeDetail scope!:string region!:string step!:int64 start:string end:string
v1.PodFailurePolicy rules!:[]v1.PodFailurePolicyRule
v1.SuccessPolicy rules!:[]v1.SuccessPolicyRule
v1alpha1.CloudWatchMetricStat metric:v1alpha1.CloudWatchMetricStatMetric period:intstr.IntOrString stat:string unit:string
v1.ObjectFieldSelector apiVersion:string fieldPath!:string
v1.ResourceFieldSelector containerName:string resource!:string divisor:resource.Quantity
v1.SecretProjection LocalObjectReference/name:string items:[]v1.KeyToPath optional:*bool
v1.DownwardAPIProjection items:[]v1.DownwardAPIVolumeFile
v1.ConfigMapProjection LocalObjectReference/name:string items:[]v1.KeyToPath optional:*bool
v1.ServiceAccountTokenProjection audience:string expirationSeconds:*int64 path!:string
v1.ClusterTrustBundleProjection name:*string signerName:*string labelSelector:*v1.LabelSelector optional:*bool path!:string
v1.PodCertificateProjection signerName:string keyType:string maxExpirationSeconds:*int32 credentialBundlePath:string keyPath:string certificateChainPath:string
v1.PersistentVolumeClaimSpec accessModes:[]v1.PersistentVolumeAccessMode selector:*v1.LabelSelector resources:v1.VolumeResourceRequirements volumeName:string storageClassName:*string volumeMode:*v1.PersistentVolumeMode dataSource:*v1.TypedLocalObjectReference dataSourceRef:*v1.TypedObjectReference volumeAttributesClassName:*string
v1.ConfigMapKeySelector LocalObjectReference/name:string key!:string optional:*bool
v1.SecretKeySelector LocalObjectReference/name:string key!:string optional:*bool
v1.FileKeySelector volumeName!:string path!:string key!:string optional:*bool
v1.HTTPHeader name!:string value!:string
v1.SleepAction seconds!:int64
v1.NodeSelectorTerm matchExpressions:[]v1.NodeSelectorRequirement matchFields:[]v1.NodeSelectorRequirement
v1alpha1.TemplateService name:string
v1alpha1.StringMatch exact:string prefix:string regex:string
v1alpha1.TLSRoute port:int64 sniHosts:[]string
v1alpha1.TCPRoute port:int64
v1alpha1.AppMeshVirtualNodeReference name!:string
v1.PodFailurePolicyRule action!:v1.PodFailurePolicyAction onExitCodes:*v1.PodFailurePolicyOnExitCodesRequirement onPodConditions:[]v1.PodFailurePolicyOnPodConditionsPattern
v1.SuccessPolicyRule succeededIndexes:*string succeededCount:*int32
v1alpha1.CloudWatchMetricStatMetric dimensions:[]v1alpha1.CloudWatchMetricStatMetricDimension metricName:string namespace:*string
v1.VolumeResourceRequirements limits:v1.ResourceList requests:v1.ResourceList
v1.TypedLocalObjectReference apiGroup!:*string kind!:string name!:string
v1.TypedObjectReference apiGroup!:*string kind!:string name!:string namespace:*string
v1.NodeSelectorRequirement key!:string operator!:v1.NodeSelectorOperator values:[]string
v1.PodFailurePolicyOnExitCodesRequirement containerName:*string operator!:v1.PodFailurePolicyOnExitCodesOperator values!:[]int32
v1.PodFailurePolicyOnPodConditionsPattern type!:v1.PodConditionType status!:v1.ConditionStatus
v1alpha1.CloudWatchMetricStatMetricDimension name:string value:string
`;

const lines: ReadonlyMap<string, string> = new Map(
  table
    .trim()
    .split('\n')
    .map(line => {
      const end = line.indexOf(' ');
      return end < 0 ? [line, ''] : [line.slice(0, end), line.slice(end + 1)];
    }),
);
