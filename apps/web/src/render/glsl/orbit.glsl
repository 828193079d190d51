// The orbit of one point, and everything the looks may draw from it.
//
//   z_0 = e^{i rotation} p,  z_{n+1} = z_n^2 + c,  w_n = dz_n/dz_0, until |z| > R = 1000 or n = M
//
// exterior   nu = n - log2(ln|z| / ln R)          smooth escape time
//            d  = |z| ln|z| / |w| / pixel         distance estimate in pixels;  |grad nu| = 1 / (d ln 2) per pixel
//            ray = arg z / 2 pi at escape         external angle, modulo 2^-n;  |grad arg z| = ln|z| / d
// everywhere near = min |z_n|, n >= 1             orbit trap: nested petals; near2 the runner-up, cell the index n of the
//                                                 nearest, seam the distance in pixels to where the two are equal, late
//                                                 0..1 where either is a late step: there the orbit creeps, cells mean nothing
//            veil = .18 sum .82^(n-1) g(|z_n|^2)   g(m) = m / (m + 0.15); a smooth count of the steps far from 0, in [0,1]
//            thread = min |Im z_n|                trap by the real line (n >= 2)
//            star                                cosines of the angles of z_2 and z_3, fading at their zeros: a rosette
// interior   Koenigs' coordinate of the attracting fixed point alpha with multiplier l (c in the main cardioid):
//            kappa = lim (z_n - alpha) / l^n.  depth = -log|kappa| / log(1/|l|), a smooth count of steps to alpha, and
//            spin = arg kappa;  strength fades both out before |l| reaches 0 or 1, where they degenerate.
//
// What depends on n is continuous in z_0 and in c: escape times fade into the interior (`inside`) well before n = M, and
// traps are minima of continuous functions. So nothing flashes when c crosses the boundary of the Mandelbrot set.
// The picture has the symmetry z -> -z: a point and its opposite share an orbit, only the normals change sign.

const int M = 120;
const float R2 = 1e6;

struct Field {
  float nu;        // smooth escape time; M where there is none
  float t;         // ln(1 + nu) / ln(1 + M): 0 far away, 1 inside
  float d;         // distance to the set in pixels; 0 inside
  float lnz;       // ln|z| at escape
  float ray;       // arg z / 2 pi at escape
  vec2 normal;     // unit vector away from the set, on the screen; 0 inside
  float inside;    // 0 outside .. 1 inside and where escape is slow
  float near;
  float near2;
  float seam;
  float cell;
  float late;
  float veil;
  float star;
  vec2 slope;      // unit vector of growing `near`, on the screen
  float thread;
  float thread_px; // the same in pixels
  float depth;
  float spin;
  float strength;
};

vec2 cmul(vec2 a, vec2 b) { return vec2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }
vec2 conj(vec2 a) { return vec2(a.x, -a.y); }
vec2 unit(vec2 v) { return v * inversesqrt(max(dot(v, v), 1e-30)); }

Field orbit(vec2 p) {
  vec2 turn = u_turn;
  vec2 z = cmul(p, turn);
  vec2 w = vec2(1.0, 0.0);
  vec2 back = conj(turn);
  float m2 = dot(z, z);
  float a2 = 1e9, b2 = 1e9;             // squares of the nearest and second nearest |z_n|
  float ga = 1.0, gb = 1.0;             // their gradients |w_n|
  vec2 slope = vec2(0.0);
  float cell = 0.0, cell2 = 0.0;
  float veil = 0.0, weight = 0.18;
  float star = 0.0;
  float thread = 1e9, thread_g = 1.0;
  vec2 kz = vec2(1.0, 0.0);
  float kn = -1.0;
  int n = 0;
  for (int i = 0; i < M; ++i) {
    if (m2 > R2) break;
    if (dot(w, w) < 1e24) w = 2.0 * cmul(z, w);
    z = vec2(z.x * z.x - z.y * z.y, 2.0 * z.x * z.y) + u_c;
    n = i + 1;
    m2 = dot(z, z);
    if (m2 < a2) {
      b2 = a2;
      gb = ga;
      cell2 = cell;
      a2 = m2;
      ga = length(w);
      slope = cmul(unit(z), conj(unit(w)));
      cell = float(n);
    } else if (m2 < b2) {
      b2 = m2;
      gb = length(w);
      cell2 = float(n);
    }
    if (n == 2 || n == 3) star += 0.5 * z.x * inversesqrt(m2 + 0.002);
    veil += weight * m2 / (m2 + 0.15);
    weight *= 0.82;
    if (i > 0) {
      float y = abs(z.y);
      if (y < thread) {
        thread = y;
        thread_g = length(w);
      }
    }
    // Close to alpha the rest of the orbit is known: a geometric spiral.
    if (u_koenigs.x > 0.0) {
      vec2 e = z - u_alpha;
      if (dot(e, e) < u_koenigs.y) {
        kz = e;
        kn = float(n);
        break;
      }
    }
  }
  Field f;
  float escaped = m2 > R2 ? 1.0 : 0.0;
  f.lnz = 0.5 * log(max(m2, 1.0));
  f.nu = escaped > 0.5 ? float(n) - log2(f.lnz / 6.90775528) : float(M);
  f.nu = max(f.nu, 0.0);
  f.t = log(1.0 + f.nu) / 4.79579055;
  f.d = escaped > 0.5 ? sqrt(m2) * f.lnz / max(length(w), 1e-20) / u_pixel : 0.0;
  f.ray = atan(z.y, z.x) / 6.28318531;
  f.normal = escaped * cmul(cmul(unit(z), conj(unit(w))), back);
  f.inside = smoothstep(28.0, 68.0, f.nu);
  f.near = sqrt(a2);
  f.near2 = sqrt(b2);
  f.seam = (f.near2 - f.near) / max(ga + gb, 1e-20) / u_pixel;
  f.cell = cell;
  f.late = smoothstep(6.0, 13.0, max(cell, cell2));
  f.star = star;
  f.veil = veil + weight / 0.18 * m2 / (m2 + 0.15);
  f.slope = cmul(slope, back);
  f.thread = thread;
  f.thread_px = thread / max(thread_g, 1e-20) / u_pixel;
  f.depth = float(M);
  f.spin = 0.0;
  f.strength = 0.0;
  if (kn > 0.0) {
    f.depth = kn + 0.5 * log(dot(kz, kz) / u_koenigs.y) / u_koenigs.z;
    f.spin = atan(kz.y, kz.x) - kn * u_koenigs.w;
    f.strength = u_koenigs.x * f.inside;
  }
  return f;
}

// The same point seen from the other side.
Field opposite(Field f) {
  f.normal = -f.normal;
  f.slope = -f.slope;
  return f;
}
