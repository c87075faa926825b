/**
 * Sets a value of a record whose names users choose. Plain assignment would set the prototype under
 * the name `__proto__`. Read such records with Object.hasOwn: `constructor` and `toString` are there
 * in each object.
 */
export function put<Value>(record: Record<string, Value>, name: string, value: Value): void {
  if (name !== "__proto__") record[name] = value;
  else {
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(record, name, property);
  }
}
