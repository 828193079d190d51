export function testSignal(rate: number, at?: number, audible?: boolean): Float32Array<ArrayBuffer>;
