let audio: AudioContext | null = null;

/** Two short tones. A browser lets a page sound only after somebody has touched it: then nothing is heard. */
export function chime(): void {
  try {
    audio ??= new AudioContext();
    const { currentTime: now, destination } = audio;
    [660, 880].forEach((frequency, i) => {
      const tone = audio!.createOscillator();
      const volume = audio!.createGain();
      const from = now + i * 0.11;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.0001, from);
      volume.gain.exponentialRampToValueAtTime(0.12, from + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.3);
      tone.connect(volume).connect(destination);
      tone.start(from);
      tone.stop(from + 0.32);
    });
  } catch {
    // No sound here.
  }
}
