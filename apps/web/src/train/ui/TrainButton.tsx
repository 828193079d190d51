// Opens the training panel, and shows how far a run has come.
import { GraduationCap } from 'lucide-react';
import type { App } from '../../app/app';
import { useStore } from '../../ui/hooks';

export function TrainButton({ app }: { app: App }) {
  const { training } = useStore(app.store);
  const { available, status } = useStore(app.training.store);
  if (!available) return null;
  const running = status?.status === 'training';
  return (
    <button className="train-button" aria-pressed={training} onClick={() => app.showTraining(!training)}>
      <GraduationCap aria-hidden="true" />
      {running ? `Training ${Math.floor(100 * status.progress)} %` : 'Train'}
    </button>
  );
}
