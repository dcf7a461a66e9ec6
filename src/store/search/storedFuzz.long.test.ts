import { testDamage } from './storedFuzz.testing';

testDamage(500, 20);
