import type { CompareName, MapName, ZipName } from '../../kernels/kernels.js'
import type { FunctionText } from '../gpu-js.js'

/*
 * The functions of one and of two numbers, as text. What the shading languages have of their own is not enough: near 0
 * their tanh and log lose every digit, WGSL allows sin an error of 2⁻¹¹, none has expm1, log1p or erf, and a power of
 * a negative number is undefined. So all but √ is worked out here, from additions, products and quotients alone, and
 * is the same on every device: to within a few units of float32's last place.
 *
 * Each operation rounds to 24 bits, so an argument that is taken apart (Cody & Waite 1980) is taken apart by constants
 * of few bits, whose products with small integers are exact. The approximating polynomials are those of Cephes
 * (Moshier 1992, single precision) unless said otherwise.
 *
 * Texts cannot say Infinity or NaN: where one is due, it is made at run time of what is there.
 */

/** Expressions of the functions of one number; x is a name. */
export const maps: Record<MapName, (x: string) => string> = {
  neg: (x) => `-${x}`,
  abs: (x) => `Math.abs(${x})`,
  // Written so that NaN stays NaN, as is what follows.
  sign: (x) => `${x} > 0 ? 1 : (${x} < 0 ? -1 : ${x})`,
  square: (x) => `${x} * ${x}`,
  reciprocal: (x) => `1 / ${x}`,
  sqrt: (x) => `Math.sqrt(${x})`,
  rsqrt: (x) => `1 / Math.sqrt(${x})`,
  exp: (x) => `unrollExp(${x})`,
  expm1: (x) => `unrollExpm1(${x})`,
  log: (x) => `unrollLog(${x})`,
  log1p: (x) => `unrollLog1p(${x})`,
  sin: (x) => `unrollSin(${x}, 0)`,
  cos: (x) => `unrollSin(${x}, 1)`,
  erf: (x) => `unrollErf(${x})`,
  tanh: (x) => `unrollTanh(${x})`,
  sigmoid: (x) => `unrollSigmoid(${x})`,
  relu: (x) => `${x} <= 0 ? 0 : ${x}`,
  gelu: (x) => `unrollGelu(${x})`,
  geluTanh: (x) => `unrollGeluTanh(${x})`,
  softplus: (x) => `unrollSoftplus(${x})`,
  silu: (x) => `unrollShare(${x}, unrollSigmoid(${x}))`,
}

/** Expressions of the functions of two numbers; a and b are names. */
export const zips: Record<ZipName, (a: string, b: string) => string> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  pow: (a, b) => `unrollPow(${a}, ${b})`,
  // A device's own Math.max may take the other for a NaN; a NaN compares with nothing, and a sum with one is one.
  maximum: (a, b) => `${a} > ${b} ? ${a} : (${a} <= ${b} ? ${b} : ${a} + ${b})`,
  minimum: (a, b) => `${a} < ${b} ? ${a} : (${a} >= ${b} ? ${b} : ${a} + ${b})`,
}

/** Expressions of the comparisons, 1 or 0; a and b are names. */
export const comparisons: Record<CompareName, (a: string, b: string) => string> = {
  equal: (a, b) => `${a} === ${b} ? 1 : 0`,
  notEqual: (a, b) => `${a} === ${b} ? 0 : 1`,
  less: (a, b) => `${a} < ${b} ? 1 : 0`,
  lessEqual: (a, b) => `${a} <= ${b} ? 1 : 0`,
  greater: (a, b) => `${a} > ${b} ? 1 : 0`,
  greaterEqual: (a, b) => `${a} >= ${b} ? 1 : 0`,
}

/** The largest finite float32. */
export const largest = '3.4028234663852886e38'

/** What any program may call: its kernel gets what it does call. */
export const functionTexts: readonly FunctionText[] = [
  // 2ᵏ for integers |k| ≤ 127, exactly: by the binary digits of k
  define(`function unrollTwoTo(k) {
    let rest = Math.abs(k);
    let factor = k < 0 ? 0.5 : 2.0;
    let power = 1.0;
    for (let bit = 0; bit < 7; bit++) {
      const half = Math.floor(rest * 0.5);
      if (rest > 2 * half) { power = power * factor; }
      factor = factor * factor;
      rest = half;
    }
    return power;
  }`),

  // eʳ − 1 for |r| ≤ ½ log 2
  define(`function unrollExpm1Near0(r) {
    const p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
      + 1.6666665459e-1) * r + 5.0000001201e-1;
    return r + r * r * p;
  }`),

  // e^(a + b), b being what a has lost by rounding, or small. a + b = k log 2 + r, so that it is 2ᵏ · eʳ; log 2 in two parts
  define(`function unrollExpOfSum(a, b) {
    const x = a + b;
    if (x > 89) { return x * ${largest}; }
    if (x < -104) { return 0; }
    const k = Math.floor(x * 1.4426950408889634 + 0.5);
    const y = 1 + unrollExpm1Near0(((a - k * 0.693359375) + k * 2.12194440e-4) + b);
    // In two steps, as 2¹²⁸ is no float32, nor is 2⁻¹⁴⁹ on most devices
    const half = Math.floor(k * 0.5);
    const p = unrollTwoTo(half);
    if (k > 2 * half) { return 2 * y * p * p; }
    return y * p * p;
  }`),

  define(`function unrollExp(x) {
    return unrollExpOfSum(x, 0);
  }`),

  // 2ᵏ eʳ − 1 = 2ᵏ (eʳ − 1) + (2ᵏ − 1)
  define(`function unrollExpm1(x) {
    if (Math.abs(x) > 20) { return unrollExpOfSum(x, 0) - 1; }
    const k = Math.floor(x * 1.4426950408889634 + 0.5);
    const p = unrollTwoTo(k);
    return p * unrollExpm1Near0((x - k * 0.693359375) + k * 2.12194440e-4) + (p - 1);
  }`),

  // log(1 + f) for √½ ≤ 1 + f ≤ √2
  define(`function unrollLog1pNear0(f) {
    const p = (((((((7.0376836292e-2 * f - 1.1514610310e-1) * f + 1.1676998740e-1) * f - 1.2420140846e-1) * f
      + 1.4249322787e-1) * f - 1.6668057665e-1) * f + 2.0000714765e-1) * f - 2.4999993993e-1) * f + 3.3333331174e-1;
    const z = f * f;
    return f + (f * z * p - 0.5 * z);
  }`),

  // x = 2ᵏ m, √½ ≤ m ≤ √2: log x = k log 2 + log m. The device's own log is only asked for a k that is right to within 1
  define(`function unrollLog(x) {
    if (x < 0) { return Math.sqrt(x); }
    if (x === 0) { return -1 / Math.abs(x); }
    if (x > ${largest}) { return x; }
    const half = Math.floor(Math.log(x) * 0.7213475204444817 + 0.5);
    const p = unrollTwoTo(-half);
    let k = 2 * half;
    let m = x * p * p;
    if (m > 1.4142135623730951) { m = 0.5 * m; k = k + 1; }
    if (m < 0.7071067811865476) { m = 2 * m; k = k - 1; }
    // A number too small for the device to multiply counts as 0.
    if (m === 0) { return -1 / m; }
    return k * 0.693359375 + (unrollLog1pNear0(m - 1) - k * 2.12194440e-4);
  }`),

  define(`function unrollLog1p(x) {
    if (x > -0.29 && x < 0.41) { return unrollLog1pNear0(x); }
    return unrollLog(1 + x);
  }`),

  // sin(x + quarters · π/2), quarters 0 or 1. x = (4096 j + k) π/2 + r with |r| ≤ π/4; π/2 in three parts
  define(`function unrollSin(x, quarters) {
    if (Math.abs(x) > ${largest}) { return x - x; }
    // Neighbours are two and more apart: whatever the device has is as good.
    if (Math.abs(x) > 16777216) {
      if (quarters > 0) { return Math.cos(x); }
      return Math.sin(x);
    }
    const j = Math.floor(x * 1.5542474911317903e-4 + 0.5);
    const y = (x - j * 6432) - j * 1.9814453125;
    const k = Math.floor((y - j * 3.0923938e-4) * 0.6366197723675814 + 0.5);
    const r = ((y - k * 1.5703125) - k * 4.837512969970703125e-4) - (j * 3.0923938e-4 + k * 7.5497899548918822e-8);
    const z = r * r;
    const quarter = k + quarters;
    const turn = quarter - 4 * Math.floor(quarter * 0.25);
    const sine = r + r * z * ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1);
    const cosine = 1 - 0.5 * z + z * z * ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2);
    if (turn === 0) { return sine; }
    if (turn === 1) { return cosine; }
    if (turn === 2) { return -sine; }
    return -cosine;
  }`),

  // Further out 1 − 2 / (e^2x + 1)
  define(`function unrollTanh(x) {
    const z = x * x;
    if (z < 0.390625) {
      const p = (((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z
        - 3.33332819422e-1;
      return x + x * z * p;
    }
    const t = 1 - 2 / (unrollExp(2 * Math.abs(x)) + 1);
    if (x < 0) { return -t; }
    return t;
  }`),

  // 1 / (1 + e^−x), through e^−|x| so that nothing overflows
  define(`function unrollSigmoid(x) {
    const e = unrollExp(-Math.abs(x));
    if (x < 0) { return e / (1 + e); }
    return 1 / (1 + e);
  }`),

  // The share p of x; where nothing is left of it, 0, though x be −∞
  define(`function unrollShare(x, p) {
    if (p === 0) { return 0; }
    return x * p;
  }`),

  // e^(−c z²) for z ≥ 0: with h the first bits of z, h² is exact, and z² = h² + (z − h)(z + h)
  define(`function unrollGaussian(z, c) {
    const h = Math.floor(z * 64 + 0.5) * 0.015625;
    return unrollExpOfSum(-c * h * h, -c * (z - h) * (z + h));
  }`),

  // e^z² erfc z for 0 ≤ z ≤ 10: (1 + 2z) times it, as a polynomial in (z − 2) / (z + 2) (the form of Shepherd &
  // Laframboise 1981; minimax of degree 9, to 5e-8)
  define(`function unrollScaledErfc(z) {
    const t = (z - 2) / (z + 2);
    const p = ((((((((-4.116848603e-4 * t - 1.238362488e-3) * t + 1.332756235e-3) * t + 8.645837862e-3) * t
      - 8.069285011e-3) * t - 5.421052388e-2) * t + 1.640569724e-1) * t - 1.66030621e-1) * t
      - 9.276405893e-2) * t + 1.276978378;
    return p / (1 + 2 * z);
  }`),

  define(`function unrollErf(x) {
    const z = Math.abs(x);
    if (z < 1) {
      const w = x * x;
      return x * ((((((7.853861353153693e-5 * w - 8.010193625184903e-4) * w + 5.188327685732524e-3) * w
        - 2.685381193529856e-2) * w + 1.128358514861418e-1) * w - 3.761262582423300e-1) * w + 1.128379165726710);
    }
    if (z > 4.2) { return x > 0 ? 1 : -1; }
    const y = 1 - unrollGaussian(z, 1) * unrollScaledErfc(z);
    if (x < 0) { return -y; }
    return y;
  }`),

  // x · Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016): 1 − Φ(z) = ½ erfc(z / √2)
  define(`function unrollGelu(x) {
    const z = Math.abs(x);
    if (z > 14) { return x > 0 ? x : 0; }
    const tail = 0.5 * unrollGaussian(z, 0.5) * unrollScaledErfc(z * 0.7071067811865476);
    if (x > 0) { return x * (1 - tail); }
    return x * tail;
  }`),

  // Their approximation of it, x · ½ (1 + tanh u) with u = √(2/π) (x + 0.044715 x³); ½ (1 + tanh u) = sigmoid(2u)
  define(`function unrollGeluTanh(x) {
    return unrollShare(x, unrollSigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)));
  }`),

  // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|): nothing overflows
  define(`function unrollSoftplus(x) {
    const y = unrollLog1p(unrollExp(-Math.abs(x)));
    if (x > 0) { return x + y; }
    return y;
  }`),

  // Some of the 24 bits of v, the first, so that products with as few are exact (Veltkamp 1968): by = 2ⁿ + 1 drops n
  define(`function unrollFirstBits(v, by) {
    const c = v * by;
    return c - (c - v);
  }`),

  // a^b = e^(b log a) for a > 0, a product that has to be known to more digits than float32 has, as e to its power shows
  // each of them: log a and b in two parts
  define(`function unrollPowOfPositive(a, b) {
    if (a > ${largest}) { return b > 0 ? a : (b < 0 ? 0 : b); }
    const half = Math.floor(Math.log(a) * 0.7213475204444817 + 0.5);
    const p = unrollTwoTo(-half);
    let k = 2 * half;
    let m = a * p * p;
    if (m > 1.4142135623730951) { m = 0.5 * m; k = k + 1; }
    if (m < 0.7071067811865476) { m = 2 * m; k = k - 1; }
    // log m = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1) / (m + 1) = h + l; f, like h, are first bits, so that h · (f + 1) is exact
    const h = unrollFirstBits((m - 1) / (m + 1), 8193);
    const f = Math.floor(m * 2048 + 0.5) * 4.8828125e-4;
    const l = (((m - 1) - h * (f + 1)) - h * (m - f)) / (m + 1);
    const s = h + l;
    const z = s * s;
    const series = s * z * (0.66666666667 + z * (0.4 + z * (0.28571428571 + z * (0.22222222222 + z * 0.18181818182))));
    // log a = high + low
    const high = k * 0.693359375 + 2 * h;
    const lost = (k * 0.693359375 - high) + 2 * h;
    const low = ((2 * l + series) - k * 2.12194440e-4) + lost;
    const highFirst = unrollFirstBits(high, 4097);
    const highRest = (high - highFirst) + low;
    const bFirst = unrollFirstBits(b, 4097);
    const bRest = b - bFirst;
    return unrollExpOfSum(bFirst * highFirst, bFirst * highRest + bRest * highFirst + bRest * highRest);
  }`),

  // a^b for an integer b, |b| ≤ 31, by its binary digits: exact as long as all is integers below 2²⁴
  define(`function unrollPowOfInteger(a, b) {
    let rest = Math.abs(b);
    let factor = a;
    let power = 1.0;
    for (let bit = 0; bit < 5; bit++) {
      const half = Math.floor(rest * 0.5);
      if (rest > 2 * half) { power = power * factor; }
      factor = factor * factor;
      rest = half;
    }
    if (b < 0) { return 1 / power; }
    return power;
  }`),

  define(`function unrollPow(a, b) {
    if (b === 0) { return 1; }
    const m = Math.abs(a);
    const n = Math.abs(b);
    const fraction = n - Math.floor(n);
    if (fraction === 0 && n <= 4) { return unrollPowOfInteger(a, b); }
    if (fraction === 0 && b > 0 && b <= 31 && Math.floor(m) === m) {
      const power = unrollPowOfInteger(a, b);
      if (Math.abs(power) <= 16777216) { return power; }
    }
    if (m === 0 && b > 0) { return 0; }
    if (m === 0 && b < 0) { return 1 / m; }
    if (a < 0 && m <= ${largest} && fraction > 0) { return Math.sqrt(a); }
    // No float32 other than 1 is so near to 1 that more than these does not make 0 or infinity of it.
    let exponent = b;
    if (b > 8589934592) { exponent = 8589934592; }
    if (b < -8589934592) { exponent = -8589934592; }
    let power = unrollPowOfPositive(m, exponent);
    if (m === 1) { power = (b - b) + 1; }
    if (a < 0 && fraction === 0 && n > 2 * Math.floor(n * 0.5)) { return -power; }
    return power;
  }`),
]

function define(source: string): FunctionText {
  const parameters = source.slice(source.indexOf('(') + 1, source.indexOf(')')).split(',')
  return { source, settings: { argumentTypes: parameters.map(() => 'Float'), returnType: 'Float' } }
}
