// Draws the incidents' symbols as images for the map, at twice the size for sharp edges.
import { CLASSES } from "../api";
import { symbolOf } from "../lib/symbols";
import { paletteOf } from "./mapstyle";

const SIDE = 48;

function draw(name: string, filled: boolean, dark: boolean): ImageData | null {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  const { path, color } = symbolOf(name);
  const palette = paletteOf(dark);
  const shape = new Path2D(path);
  pen.translate(SIDE / 8, SIDE / 8);
  pen.scale((0.75 * SIDE) / 16, (0.75 * SIDE) / 16);
  pen.lineJoin = "round";
  pen.lineWidth = 4;
  pen.strokeStyle = palette.halo;
  pen.stroke(shape);
  pen.fillStyle = filled ? color : palette.land;
  pen.fill(shape);
  pen.lineWidth = filled ? 1 : 2.2;
  pen.strokeStyle = filled ? palette.ink : color;
  pen.stroke(shape);
  return pen.getImageData(0, 0, SIDE, SIDE);
}

export const iconName = (name: string, filled: boolean) => `${name}${filled ? "-filled" : "-hollow"}`;

export function eachIcon(dark: boolean, add: (name: string, image: ImageData) => void): void {
  for (const name of CLASSES)
    for (const filled of [true, false]) {
      const image = draw(name, filled, dark);
      if (image) add(iconName(name, filled), image);
    }
}
