/** Methods and addresses of the tree that Fastify prints, addresses as OpenAPI writes them. */
export function routesOf(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (!match) return [];
    const [, indent = '', segment = '', methods] = match;
    path.length = indent.length / 4;
    path.push(segment);
    const address = path.join('').replace(/:([A-Za-z]+)/g, '{$1}');
    return (methods ?? '')
      .split(', ')
      .flatMap((method) => (method === '' || method === 'HEAD' ? [] : [`${method} ${address}`]));
  });
}
