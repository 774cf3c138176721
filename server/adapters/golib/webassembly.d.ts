/** The little of WebAssembly that we call: neither the ES library nor Node's types of this version declare it. */
declare namespace WebAssembly {
  // biome-ignore lint/suspicious/noEmptyInterface: a compiled module is opaque.
  interface Module {}
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type ImportFunction = (...args: never[]) => number;
  type Imports = Record<string, Record<string, ImportFunction>>;
  const Module: { imports(module: Module): readonly { readonly module: string; readonly name: string }[] };
  const Instance: new (module: Module, imports: Imports) => { readonly exports: Record<string, unknown> };
  function compile(bytes: Uint8Array): Promise<Module>;
}
