interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** One operation of the description. */
export interface DescribedRoute {
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  /** As small as its schema allows; undefined: it takes no JSON. */
  readonly body: unknown;
  /** It takes a form. */
  readonly form: boolean;
}

const SIMPLE: Readonly<Record<string, unknown>> = { string: 'x', integer: 1, number: 1, boolean: true, array: [] };

const smallest = (schema: Schema, { components }: ApiDescription, depth = 0): unknown => {
  const again = (inner: Schema): unknown => smallest(inner, { components, paths: {} }, depth + 1);
  if (depth > 20) return {};
  if (schema.$ref !== undefined) return again(components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const [one] = schema.oneOf ?? schema.allOf ?? [];
  if (one) return again(one);
  if (schema.enum) return schema.enum[0];
  if (schema.type !== undefined && schema.type in SIMPLE) return SIMPLE[schema.type];
  return Object.fromEntries((schema.required ?? []).map((name) => [name, again(schema.properties?.[name] ?? {})]));
};

export const describedRoutes = (api: ApiDescription): readonly DescribedRoute[] =>
  Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { requestBody }]) => {
      const content = requestBody?.content ?? {};
      const schema = content['application/json']?.schema;
      return {
        method: method.toUpperCase(),
        path,
        body: schema === undefined ? undefined : smallest(schema, api),
        form: 'multipart/form-data' in content,
      };
    }),
  );
