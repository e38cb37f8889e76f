/** One open database transaction. Statements are prepared once per connection, so keep their texts few and constant. */
export interface Tx {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** A statement whose text was made of what a client asked for: it is planned for its values and not remembered. */
  queryOnce<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** @returns the number of affected rows. */
  execute(text: string, values?: readonly unknown[]): Promise<number>;
}
