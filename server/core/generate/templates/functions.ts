/**
 * The functions that a Go template of an ApplicationSet may call: those of text/template, sprig's without `env`, `expandenv` and
 * `getHostByName`, and Argo CD's own (argo-cd:applicationset/utils/utils.go). A test compares the names with the library's.
 */
export interface TemplateFunction {
  readonly name: string;
  /** Arguments in order; a pipe gives the last. `[x]` may be left out, `x…` is any number. */
  readonly signature: string;
  /** One sentence. */
  readonly summary: string;
  readonly from: 'argocd' | 'go' | 'sprig';
  /** Gives another result on every call, so that every reconcile changes the Application. */
  readonly volatile: boolean;
}

type Row = readonly [signature: string, summary: string];

const argocd: readonly Row[] = [
  [
    'normalize text',
    'Makes a DNS name: lower case, every other character than a-z, 0-9, - and . becomes -, at most 253 long.',
  ],
  [
    'slugify [longest] [smart] text',
    'Makes a short URL-safe name, 50 long unless told, cut at a word unless smart is false.',
  ],
  ['toYaml value', 'Writes a value as YAML without a final line break; use nindent to place it.'],
  ['fromYaml text', 'Reads YAML into a map.'],
  ['fromYamlArray text', 'Reads YAML into a list.'],
];

const go: readonly Row[] = [
  ['and x…', 'The first empty argument, else the last; the rest is not evaluated.'],
  ['or x…', 'The first argument that is not empty, else the last; the rest is not evaluated.'],
  ['not x', 'True where the value is empty.'],
  ['eq a b…', 'True where a equals any of the others; types must be comparable.'],
  ['ne a b', 'True where a and b differ.'],
  ['lt a b', 'True where a is less than b.'],
  ['le a b', 'True where a is less than or equal to b.'],
  ['gt a b', 'True where a is greater than b.'],
  ['ge a b', 'True where a is greater than or equal to b.'],
  [
    'index collection key…',
    'The element of a list or map; also for keys with dots or slashes; a missing map key gives no error.',
  ],
  ['len collection', 'The number of elements, or of bytes of a text.'],
  ['print x…', 'The arguments as text, with spaces between those that are no texts.'],
  [
    'printf format x…',
    'Formats as Go does: %s text, %v anything, %q quoted; numbers of parameters are float64, so %d does not fit.',
  ],
  ['println x…', 'The arguments as text with spaces between and a line break after.'],
  ['call function x…', 'Calls a value that is a function; parameters never are.'],
  ['html x', 'Escapes for HTML.'],
  ['js x', 'Escapes for JavaScript.'],
  ['urlquery x', 'Escapes for the query of a URL.'],
];

const sprig: readonly Row[] = [
  // Text
  ['upper text', 'Upper case.'],
  ['lower text', 'Lower case.'],
  ['title text', 'First letter of each word in upper case.'],
  ['untitle text', 'First letter of each word in lower case.'],
  ['trim text', 'Without white space at both ends.'],
  ['trimAll characters text', 'Without the given characters at both ends.'],
  ['trimall characters text', 'The old name of trimAll.'],
  ['trimPrefix prefix text', 'Without the prefix, if it is there.'],
  ['trimSuffix suffix text', 'Without the suffix, if it is there.'],
  ['trunc length text', 'The first characters; with a negative length the last.'],
  ['abbrev length text', 'Cut to a length, ending in ….'],
  ['abbrevboth from length text', 'Cut at both ends, with … there.'],
  ['substr start end text', 'From start up to, without, end; a negative end means to the end.'],
  ['nospace text', 'Without any white space.'],
  ['repeat count text', 'The text so many times.'],
  ['replace old new text', 'Every occurrence of old becomes new.'],
  ['contains part text', 'True where the text has the part.'],
  ['hasPrefix prefix text', 'True where the text begins with it.'],
  ['hasSuffix suffix text', 'True where the text ends with it.'],
  ['quote x…', 'In double quotes, escaped.'],
  ['squote x…', 'In single quotes, not escaped.'],
  ['cat x…', 'Joined with spaces.'],
  ['indent spaces text', 'Every line indented.'],
  ['nindent spaces text', 'A line break, then every line indented.'],
  ['plural one many count', 'The first for a count of 1, else the second.'],
  ['initials text', 'The first letter of each word.'],
  ['swapcase text', 'Upper and lower case exchanged.'],
  ['shuffle text', 'The characters in random order.'],
  ['snakecase text', 'From camelCase to snake_case.'],
  ['camelcase text', 'From snake_case to CamelCase.'],
  ['kebabcase text', 'From camelCase to kebab-case.'],
  ['wrap width text', 'Broken into lines of a width.'],
  ['wrapWith width separator text', 'Broken at a width with a separator.'],
  ['toString x', 'As text.'],
  ['join separator list', 'The elements as one text.'],
  ['split separator text', 'A map with keys _0, _1, …'],
  ['splitn separator count text', 'As split, into at most so many parts.'],
  ['splitList separator text', 'A list of the parts.'],
  ['toStrings list', 'The elements as texts.'],
  ['sortAlpha list', 'The elements as texts in order.'],
  ['hello', 'The text “Hello!”.'],
  // Regular expressions
  ['regexMatch pattern text', 'True where the pattern matches anywhere (RE2 syntax).'],
  ['regexFind pattern text', 'The first match, or nothing.'],
  ['regexFindAll pattern text count', 'A list of matches, at most count, all for -1.'],
  ['regexReplaceAll pattern text new', 'Every match replaced; ${1} is a group.'],
  ['regexReplaceAllLiteral pattern text new', 'Every match replaced by the text as it is.'],
  ['regexSplit pattern text count', 'The parts between matches, at most count, all for -1.'],
  ['regexQuoteMeta text', 'Escapes what is special in a pattern.'],
  // Values and decisions
  [
    'default otherwise value',
    'The value, or the first argument where it is empty; a missing key still fails under missingkey=error.',
  ],
  ['empty value', 'True for "", 0, false, nil and empty collections.'],
  ['coalesce x…', 'The first argument that is not empty.'],
  ['all x…', 'True where none is empty.'],
  ['any x…', 'True where one is not empty.'],
  ['ternary whenTrue whenFalse condition', 'One of two values.'],
  ['fail message', 'Stops with an error.'],
  ['deepCopy value', 'A copy that shares nothing.'],
  ['deepEqual a b', 'True where both are equal all the way down.'],
  ['typeOf x', 'The Go type as text.'],
  ['typeIs type x', 'True where the Go type is the named.'],
  ['typeIsLike type x', 'As typeIs, also for a pointer to it.'],
  ['kindOf x', 'The kind as text: string, map, slice, float64, …'],
  ['kindIs kind x', 'True where the kind is the named.'],
  // Encodings
  ['toJson value', 'Writes JSON.'],
  ['toPrettyJson value', 'Writes indented JSON.'],
  ['toRawJson value', 'Writes JSON without escaping <, > and &.'],
  ['fromJson text', 'Reads JSON.'],
  ['b64enc text', 'Base64.'],
  ['b64dec text', 'Text from Base64.'],
  ['b32enc text', 'Base32.'],
  ['b32dec text', 'Text from Base32.'],
  ['urlParse text', 'A map of the parts of a URL.'],
  ['urlJoin map', 'A URL from its parts.'],
  // Maps
  ['dict key value…', 'A new map.'],
  ['get map key', 'The value, or "" where the key is missing.'],
  ['set map key value', 'Changes the map and gives it back.'],
  ['unset map key', 'Removes a key from the map and gives it back.'],
  ['hasKey map key', 'True where the key exists.'],
  ['pluck key map…', 'A list of that key of each map that has it.'],
  ['dig key… otherwise map', 'A value deep in nested maps, or otherwise where a key is missing.'],
  ['keys map…', 'A list of the keys, in no fixed order.'],
  ['values map', 'A list of the values, in no fixed order.'],
  ['pick map key…', 'A new map with these keys only.'],
  ['omit map key…', 'A new map without these keys.'],
  ['merge into from…', 'Adds to the first map what it lacks; the first wins.'],
  ['mergeOverwrite into from…', 'Adds to the first map; the last wins.'],
  // Lists
  ['list x…', 'A new list.'],
  ['tuple x…', 'The old name of list.'],
  ['first list', 'The first element.'],
  ['rest list', 'All but the first.'],
  ['last list', 'The last element.'],
  ['initial list', 'All but the last.'],
  ['append list x', 'A new list with x at the end.'],
  ['push list x', 'The same as append.'],
  ['prepend list x', 'A new list with x at the beginning.'],
  ['concat list…', 'One list of all.'],
  ['reverse list', 'In reverse order.'],
  ['uniq list', 'Without repeated elements.'],
  ['without list x…', 'Without these elements.'],
  ['compact list', 'Without empty elements.'],
  ['has x list', 'True where the list has the element.'],
  ['slice list [from] [to]', 'A part of a list; sprig’s, so texts cannot be sliced.'],
  ['chunk size list', 'A list of lists of a size.'],
  ['until count', 'The numbers from 0 up to, without, count.'],
  ['untilStep start end step', 'The numbers from start up to, without, end.'],
  ['seq [from] [step] to', 'Numbers as one text with spaces, as the program seq.'],
  // Numbers
  ['int x', 'As an integer; also from the float64 that parameters have.'],
  ['int64 x', 'As a 64-bit integer.'],
  ['float64 x', 'As a float64.'],
  ['atoi text', 'The number in a text, 0 where there is none.'],
  ['toDecimal text', 'An octal number as decimal.'],
  ['add x…', 'The sum of integers.'],
  ['add1 x', 'One more.'],
  ['sub a b', 'a minus b, integers.'],
  ['mul x…', 'The product of integers.'],
  ['div a b', 'a divided by b, integers.'],
  ['mod a b', 'The rest of a divided by b.'],
  ['max x…', 'The largest integer.'],
  ['biggest x…', 'The old name of max.'],
  ['min x…', 'The smallest integer.'],
  ['addf x…', 'The sum.'],
  ['add1f x', 'One more.'],
  ['subf a b…', 'a minus the others.'],
  ['mulf x…', 'The product.'],
  ['divf a b…', 'a divided by the others.'],
  ['maxf x…', 'The largest.'],
  ['minf x…', 'The smallest.'],
  ['floor x', 'The next lower whole number.'],
  ['ceil x', 'The next higher whole number.'],
  ['round x digits [from]', 'Rounded to digits after the point.'],
  ['randInt min max', 'A random integer from min up to, without, max.'],
  // Paths
  ['base path', 'The last element of a path.'],
  ['dir path', 'The path without its last element.'],
  ['clean path', 'The shortest spelling of a path.'],
  ['ext path', 'The extension with its dot.'],
  ['isAbs path', 'True for an absolute path.'],
  ['osBase path', 'As base, for paths of the controller’s system.'],
  ['osDir path', 'As dir, for paths of the controller’s system.'],
  ['osClean path', 'As clean, for paths of the controller’s system.'],
  ['osExt path', 'As ext, for paths of the controller’s system.'],
  ['osIsAbs path', 'As isAbs, for paths of the controller’s system.'],
  // Versions
  ['semver text', 'A semantic version with Major, Minor, Patch, Prerelease and Metadata.'],
  ['semverCompare constraint version', 'True where the version satisfies the constraint.'],
  // Time
  ['now', 'The time of rendering.'],
  ['ago time', 'The duration since a time.'],
  ['date layout time', 'Formats a time; the layout is 2006-01-02 15:04:05.'],
  ['dateInZone layout time zone', 'Formats a time in a zone.'],
  ['date_in_zone layout time zone', 'The old name of dateInZone.'],
  ['dateModify duration time', 'A time moved by a duration such as -1.5h.'],
  ['date_modify duration time', 'The old name of dateModify.'],
  ['duration seconds', 'Seconds as 1h2m3s.'],
  ['durationRound duration', 'A duration in its largest unit.'],
  ['htmlDate time', 'As 2006-01-02.'],
  ['htmlDateInZone time zone', 'As 2006-01-02 in a zone.'],
  ['toDate layout text', 'Reads a time.'],
  ['unixEpoch time', 'Seconds since 1970.'],
  // Hashes, secrets and chance
  ['sha1sum text', 'SHA-1 in hexadecimal.'],
  ['sha256sum text', 'SHA-256 in hexadecimal.'],
  ['sha512sum text', 'SHA-512 in hexadecimal.'],
  ['adler32sum text', 'Adler-32.'],
  ['bcrypt text', 'A bcrypt hash.'],
  ['htpasswd user password', 'A line of an htpasswd file.'],
  ['derivePassword counter type password user site', 'A password derived from a master password.'],
  ['encryptAES key text', 'AES-256-CBC, in Base64.'],
  ['decryptAES key text', 'The text that encryptAES hid.'],
  ['genPrivateKey type', 'A new private key: rsa, dsa, ecdsa or ed25519.'],
  ['genCA name days', 'A new certificate authority.'],
  ['genCAWithKey name days key', 'A new certificate authority for a key.'],
  ['genSelfSignedCert name ips names days', 'A new self-signed certificate.'],
  ['genSelfSignedCertWithKey name ips names days key', 'A new self-signed certificate for a key.'],
  ['genSignedCert name ips names days ca', 'A new certificate signed by a CA.'],
  ['genSignedCertWithKey name ips names days ca key', 'A new certificate for a key, signed by a CA.'],
  ['buildCustomCert certificate key', 'A CA from Base64 texts.'],
  ['randAlpha count', 'Random letters.'],
  ['randAlphaNum count', 'Random letters and digits.'],
  ['randAscii count', 'Random printable characters.'],
  ['randNumeric count', 'Random digits.'],
  ['randBytes count', 'Random bytes in Base64.'],
  ['uuidv4', 'A random UUID.'],
];

/** Functions whose `must…` variant ends the template with an error instead of giving an empty result or a less clear failure. */
const strict = [
  'append',
  'chunk',
  'compact',
  'dateModify',
  'deepCopy',
  'first',
  'fromJson',
  'has',
  'initial',
  'last',
  'merge',
  'mergeOverwrite',
  'prepend',
  'push',
  'regexFind',
  'regexFindAll',
  'regexMatch',
  'regexReplaceAll',
  'regexReplaceAllLiteral',
  'regexSplit',
  'rest',
  'reverse',
  'slice',
  'toDate',
  'toJson',
  'toPrettyJson',
  'toRawJson',
  'uniq',
  'without',
]; // prettier-ignore

const volatile = new Set([
  'ago',
  'bcrypt',
  'encryptAES',
  'genCA',
  'genCAWithKey',
  'genPrivateKey',
  'genSelfSignedCert',
  'genSelfSignedCertWithKey',
  'genSignedCert',
  'genSignedCertWithKey',
  'htpasswd',
  'keys',
  'now',
  'randAlpha',
  'randAlphaNum',
  'randAscii',
  'randBytes',
  'randInt',
  'randNumeric',
  'shuffle',
  'uuidv4',
  'values',
]); // prettier-ignore

export const functions: readonly TemplateFunction[] = [
  ...go.map(row => describe(row, 'go')),
  ...sprig.map(row => describe(row, 'sprig')),
  ...strictVariants(),
  ...argocd.map(row => describe(row, 'argocd')),
];

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map(functions.map(it => [it.name, it]));

function describe([signature, summary]: Row, from: TemplateFunction['from']): TemplateFunction {
  const name = nameOf(signature);
  return { name, signature, summary, from, volatile: volatile.has(name) };
}

function strictVariants(): readonly TemplateFunction[] {
  const variants = strict.flatMap(name => {
    const [signature] = sprig.find(([it]) => nameOf(it) === name) ?? [name];
    return describe(
      [`must${signature.charAt(0).toUpperCase()}${signature.slice(1)}`, `As ${name}, but wrong input is an error.`],
      'sprig',
    );
  });
  return [...variants, describe(['must_date_modify duration time', 'The old name of mustDateModify.'], 'sprig')];
}

function nameOf(signature: string): string {
  return signature.split(' ')[0] ?? signature;
}
