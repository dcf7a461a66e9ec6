// German: the dialog that chooses the images.
import type { images as english } from '../en/images';
import { count } from '../numbers';

export const images: typeof english = {
  title: 'Bilder',
  cancel: 'Abbrechen',
  count: (n: number) => `${count(n)} Bilder`,
  loading: (what: string, done: string, total?: string) =>
    total === undefined ? `${what}: ${done}` : `${what}: ${done} von ${total}`,
  kept: (error: string) => `${error} Die aktuellen Bilder bleiben, wie sie sind.`,
  stored: 'Gespeicherte Kopie verwenden',
  emoji: 'Emoji-10',
  emojiAbout: 'Zehn Arten von Emoji auf verrauschten Hintergründen. Kommt mit der Seite.',
  emojiUse: 'Emoji-10 verwenden',
  words: 'Words-12',
  wordsAbout:
    'Spektrogramme von zwölf erfundenen Wörtern im Rauschen, für DS-CNN. Ein Programm spricht sie: erzeugte Klänge, keine Sprachaufnahmen. In der Seite enthalten.',
  wordsUse: 'Words-12 verwenden',
  cifar: 'CIFAR-10',
  cifarAbout:
    '60.000 Fotos in zehn Klassen. Ziehe cifar-10-binary.tar.gz oder den Ordner daraus irgendwo auf die Seite, oder:',
  chooseFiles: 'Dateien wählen',
  chooseFolder: 'Ordner wählen',
  address: 'Adresse',
  fetch: 'Herunterladen (170 MB)',
  files: 'MNIST und andere Datensätze',
  filesAbout:
    'IDX-Dateien wie die von MNIST, Fashion-MNIST und KMNIST, Bilder und Labels zusammen, oder cifar-100-binary.tar.gz. Ziehe sie irgendwo auf die Seite, oder:',
  filesChoose: 'Datendateien wählen',
  idx: 'IDX-Dateien',
  storedOf: (what: string) => `Gespeicherte Kopie verwenden: ${what}`,
  own: 'Eigene Bilder',
  ownAbout: 'Ein Ordner pro Klasse, benannt nach der Klasse. Die Bilder bleiben auf diesem Gerät.',
  ownChoose: 'Ordner mit Bildern wählen',
};
