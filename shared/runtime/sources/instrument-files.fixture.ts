import { zipSync } from 'fflate';

/** One row of a security master; what a test does not say is RELIANCE's. */
export interface MasterRow {
  readonly token?: string;
  readonly code?: string;
  readonly series?: string;
  readonly face?: string;
  readonly isin?: string;
  readonly symbol?: string;
}

/** ICICI's `NSEScripMaster.txt`, in its spacing and quotes, with the columns before the remarks. */
export function securityMaster(...rows: readonly MasterRow[]): string {
  const header =
    '"Token", "ShortName", "Series", "CompanyName", "ticksize", "Lotsize", "DateOfListing", ' +
    '"DateOfDeListing", "IssuePrice", "FaceValue", "ISINCode", "52WeeksHigh", "52WeeksLow", "ExchangeCode"';
  const lines = rows.map((row) => {
    const { token = '2885', code = 'RELIND', series = 'EQ', face = '10' } = row;
    const { isin = 'INE002A01018', symbol = 'RELIANCE' } = row;
    return `"${token}","${code}","${series}","${symbol} LTD",0.05,1,"","",0,${face},"${isin}",1,1,"${symbol}"`;
  });
  return [header, ...lines, ''].join('\n');
}

/** `SecurityMaster.zip` with these members. */
export function zipOf(members: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(
    Object.fromEntries(
      Object.entries(members).map(([name, text]) => [name, new TextEncoder().encode(text)]),
    ),
  );
}
