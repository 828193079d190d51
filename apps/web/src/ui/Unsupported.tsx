// Where the picture cannot be drawn at all.
export function Unsupported({ reason }: { reason: string }) {
  return (
    <main className="unsupported" role="alert">
      <h1>FractalSync cannot draw here</h1>
      <p>{reason}</p>
      <button className="button primary" onClick={() => location.reload()}>
        Try again
      </button>
    </main>
  );
}
