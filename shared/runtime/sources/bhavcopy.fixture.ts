/** One row of a daily archive, as a test says it; the rest is made up. */
export interface ArchiveRow {
  readonly ticker: string;
  readonly series?: string;
  readonly isin?: string;
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
  readonly close?: number;
  readonly volume?: number;
}

const unifiedHeader =
  'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,FininstrmActlXpryDt,' +
  'StrkPric,OptnTp,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,PrvsClsgPric,UndrlygPric,' +
  'SttlmPric,OpnIntrst,ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,TtlNbOfTxsExctd,SsnId,NewBrdLotQty,' +
  'Rmks,Rsvd1,Rsvd2,Rsvd3,Rsvd4';

const olderHeader =
  'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,TOTALTRADES,ISIN,';

/** A daily archive in the layout since July 2024, as the exchange writes it. */
export function unifiedText(day: string, rows: readonly ArchiveRow[]): string {
  const lines = rows.map(({ ticker, series = 'EQ', isin = '', ...bar }) => {
    const { open = 10, high = 12, low = 9, close = 11, volume = 100 } = bar;
    return (
      `${day},${day},CM,NSE,STK,1,${isin},${ticker},${series},,,,,${ticker} LTD,${open},${high},` +
      `${low},${close},${close},10.00,,${close},,,${volume},1000.00,7,F1,1,,,,,`
    );
  });
  return [unifiedHeader, ...lines, ''].join('\n');
}

/**
 * A daily archive in the older layout.
 *
 * @param stamp - the day as the exchange wrote it, e.g. `05-JUL-2024`
 */
export function olderText(stamp: string, rows: readonly ArchiveRow[]): string {
  const lines = rows.map(({ ticker, series = 'EQ', isin = '', ...bar }) => {
    const { open = 10, high = 12, low = 9, close = 11, volume = 100 } = bar;
    return `${ticker},${series},${open},${high},${low},${close},${close},10,${volume},1000,${stamp},7,${isin},`;
  });
  return [olderHeader, ...lines, ''].join('\n');
}
