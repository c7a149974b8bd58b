/** A compute shader in parts. */
export interface Shader {
  /** Buffers to read, then to write, in the order of their binding: name and element type of each. */
  readonly read: readonly (readonly [name: string, type: string])[];
  readonly written: readonly string[];
  /** Bound behind them, where the program has a table and a scale. */
  readonly hasConstants: boolean;
  readonly threads: number;
  readonly declarations?: string;
  /** Statements; `thread` is the place in the workgroup, `group` that of the workgroup. */
  readonly body: string;
}

/** Name and type of a tensor. */
export const floats = (name: string) => [name, "f32"] as const;

export function shaderCode(shader: Shader): string {
  const { read, written, hasConstants, threads, declarations = "", body } = shader;
  const constants = hasConstants ? [["table", "vec2<f32>"] as const, floats("scale")] : [];
  const buffers = [
    ...read.map(([name, type]) => `<storage, read> ${name}: array<${type}>`),
    ...written.map((name) => `<storage, read_write> ${name}: array<f32>`),
    ...constants.map(([name, type]) => `<storage, read> ${name}: array<${type}>`),
  ];
  return `
${buffers.map((text, at) => `@group(0) @binding(${at}) var${text};`).join("\n")}
${declarations}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) place: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
        @builtin(local_invocation_index) thread: u32) {
  let group = place.y * groups.x + place.x;
  ${body}
}`;
}
