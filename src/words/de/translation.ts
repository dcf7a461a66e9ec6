// German: every feature, loaded before the first picture where it is spoken. docs/german.md has the terms.
import type { Translation } from '../words';
import { challenges } from './challenges';
import { changes } from './changes';
import { coach } from './coach';
import { compare } from './compare';
import { declared } from './declared';
import { device } from './device';
import { exporting } from './exporting';
import { faders } from './faders';
import { hero } from './hero';
import { history } from './history';
import { images } from './images';
import { importing } from './importing';
import { improve } from './improve';
import { insides } from './insides';
import { layer } from './layer';
import { learn } from './learn';
import { lessonBit } from './lessonBit';
import { lessonBudget } from './lessonBudget';
import { lessonLayers } from './lessonLayers';
import { lessonSearch } from './lessonSearch';
import { lessonSmallest } from './lessonSmallest';
import { lessons } from './lessons';
import { lessonTraining } from './lessonTraining';
import { linking } from './linking';
import { lossLimit } from './lossLimit';
import { measuring } from './measuring';
import { names } from './names';
import { notices } from './notices';
import { opening } from './opening';
import { ownPicture } from './ownPicture';
import { page } from './page';
import { parts } from './parts';
import { pins } from './pins';
import { plot } from './plot';
import { race } from './race';
import { reproduced } from './reproduced';
import { room } from './room';
import { rounding } from './rounding';
import { roundingCard } from './roundingCard';
import { search } from './search';
import { searching } from './searching';
import { sensitivity } from './sensitivity';
import { session } from './session';
import { share } from './share';
import { sharing } from './sharing';
import { speed } from './speed';
import { status } from './status';
import { steps } from './steps';
import { teach } from './teach';
import { train } from './train';
import { training } from './training';
import { units } from './units';
import { why } from './why';

export const translation: Translation = {
  challenges,
  changes,
  coach,
  compare,
  declared,
  device,
  exporting,
  faders,
  hero,
  history,
  images,
  importing,
  improve,
  insides,
  layer,
  learn,
  lessonBit,
  lessonBudget,
  lessonLayers,
  lessonSearch,
  lessonSmallest,
  lessonTraining,
  lessons,
  linking,
  lossLimit,
  measuring,
  names,
  notices,
  opening,
  ownPicture,
  page,
  parts,
  pins,
  plot,
  race,
  reproduced,
  room,
  rounding,
  roundingCard,
  search,
  searching,
  sensitivity,
  session,
  share,
  sharing,
  speed,
  status,
  steps,
  teach,
  train,
  training,
  units,
  why,
};
